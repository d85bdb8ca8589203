using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OfflineActions.Worker.Actions.Person;

namespace OfflineActions.Tests.Person;

public sealed class SwapiOptionsTests
{
    [Test]
    public async Task Without_configuration_the_public_instances_are_used()
    {
        using var host = PersonRig.Configured([]);

        await host.StartAsync();

        Assert.That(Options(host).BaseAddresses ?? SwapiOptions.PublicInstances, Is.EqualTo(SwapiOptions.PublicInstances));
    }

    [Test]
    public void Configured_addresses_replace_the_public_ones_in_their_order()
    {
        using var host = PersonRig.Configured(
        [
            new("Swapi:BaseAddresses:0", "http://b/"),
            new("Swapi:BaseAddresses:1", "http://a/api"),
        ]);

        Assert.That(Options(host).BaseAddresses, Is.EqualTo([new Uri("http://b/"), new Uri("http://a/api")]));
    }

    [Test]
    public void All_errors_are_reported_together_with_their_keys_and_fixes()
    {
        using var host = PersonRig.Configured(
        [
            new("Swapi:BaseAddresses:0", "swapi.dev/api"),
            new("Swapi:BaseAddresses:1", "ftp://swapi.dev/api/"),
            new("Swapi:BaseAddresses:2", "http://"),
            new("Swapi:BaseAddresses:3", "https://swapi.dev/api/?format=json"),
            new("Swapi:BaseAddresses:4", "https://user:secret@swapi.dev/api/"),
            new("Swapi:BaseAdresses:0", "http://a/"),
            new("Swapi:AttemptTimeout", "00:01:00"),
            new("Swapi:TotalTimeout", "00:00:20"),
            new("Swapi:Rounds", "0"),
            new("Swapi:CacheEntries", "0"),
            new("Swapi:CacheFor", "00:00:00"),
        ]);

        var errors = FindErrors(host);

        Assert.That(errors, Is.EquivalentTo(
        [
            NotPlain("Swapi:BaseAddresses:0"),
            NotPlain("Swapi:BaseAddresses:1"),
            "Swapi:BaseAddresses:2 is not an address: make it an address like http://host:1234.",
            NotPlain("Swapi:BaseAddresses:3"),
            NotPlain("Swapi:BaseAddresses:4"),
            "Swapi:BaseAdresses is not known: use one of BaseAddresses, AttemptTimeout, TotalTimeout, Rounds, Cache, CacheEntries, "
                + "CacheFor, RequestsPerSecond, or remove it.",
            "Swapi:AttemptTimeout is 00:01:00: make it at most TotalTimeout, which is 00:00:20.",
            "Swapi:Rounds is 0: make it from 1 to 10.",
            "Swapi:CacheEntries is 0: make it from 1 to 1000000, or set Swapi:Cache to false.",
            "Swapi:CacheFor is 00:00:00: make it between 00:00:01 and 365.00:00:00, like 1.00:00:00, or set Swapi:Cache to false.",
        ]));
    }

    [TestCase("Swapi:AttemptTimeout", "00:00:00")]
    [TestCase("Swapi:AttemptTimeout", "-00:00:01")]
    [TestCase("Swapi:TotalTimeout", "1.00:00:00")]
    [TestCase("Swapi:Rounds", "11")]
    [TestCase("Swapi:CacheEntries", "1000001")]
    [TestCase("Swapi:CacheFor", "400.00:00:00")]
    public void A_number_out_of_range_names_its_key(string key, string value)
    {
        using var host = PersonRig.Configured([new(key, value)]);

        Assert.That(FindErrors(host), Has.Exactly(1).StartsWith($"{key} is {value}: make it "));
    }

    [Test]
    public void One_address_instead_of_a_list_is_an_error()
    {
        using var host = PersonRig.Configured([new("Swapi:BaseAddresses", "http://swapi/api/")]);

        Assert.That(
            FindErrors(host),
            Is.EqualTo(["Swapi:BaseAddresses is a list, but is given as one value: give that as Swapi:BaseAddresses:0."]));
    }

    [TestCase("Swapi:AttemptTimeout", "soon")]
    [TestCase("Swapi:Cache", "maybe")]
    public void A_value_that_cannot_be_converted_is_an_error_with_its_key(string key, string value)
    {
        using var host = PersonRig.Configured([new(key, value)]);

        Assert.That(FindErrors(host), Has.Exactly(1).StartsWith($"{key} is '{value}': make it "));
    }

    [Test]
    public void An_empty_list_that_is_set_in_code_is_an_error()
    {
        using var host = PersonRig.Configured([]);
        var check = host.Services.GetServices<IValidateOptions<SwapiOptions>>().OfType<SwapiOptionsValidation>().Single();

        Assert.That(
            check.Validate(null, new SwapiOptions { BaseAddresses = [] }).Failures,
            Is.EqualTo(["Swapi:BaseAddresses is empty: give at least one address, or leave it out to ask the public instances."]));
    }

    private static string NotPlain(string key) =>
        $"{key} is not a plain web address: make it absolute, http or https, without user, query and fragment, "
        + "like https://swapi.dev/api/.";

    private static SwapiOptions Options(IHost host) => host.Services.GetRequiredService<IOptions<SwapiOptions>>().Value;

    private static IEnumerable<string> FindErrors(IHost host)
    {
        var error = Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        return error.Failures;
    }
}
