using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OfflineActions.ServiceDefaults.Configuration;

namespace OfflineActions.Tests.ServiceDefaults;

public sealed class StrictOptionsTests
{
    [Test]
    public void A_property_is_bound_to_the_key_of_its_attribute()
    {
        var options = Bind(("Cars:OldName", "7"), ("Cars:Colour", "Red"));

        Assert.That((options.Wheels, options.Colour), Is.EqualTo((7, Colour.Red)));
    }

    [TestCase("Wheels", "4", "Cars:Wheels is not known: use one of OldName, Colour, Parked, Sizes, Doors, Url, or remove it.")]
    [TestCase("Parts:0", "door", "Cars:Parts is not known: use one of OldName, Colour, Parked, Sizes, Doors, Url, or remove it.")]
    [TestCase("OldName", "four", "Cars:OldName is 'four': make it a whole number.")]
    [TestCase("OldName", "99", "Cars:OldName must be from 1 to 18.")]
    [TestCase("OldName:0", "4", "Cars:OldName is one value, but is given as a list or section: give it as Cars:OldName.")]
    [TestCase("Colour", "Plaid", "Cars:Colour is 'Plaid': make it Red or Blue.")]
    [TestCase("Colour", "7", "Cars:Colour is '7': make it Red or Blue.")]
    [TestCase("Parked", "a while", "Cars:Parked is 'a while': make it a time like 00:00:10.")]
    [TestCase("Sizes", "1.5", "Cars:Sizes is a list, but is given as one value: give that as Cars:Sizes:0.")]
    [TestCase("Sizes:1", "big", "Cars:Sizes:1 is 'big': make it a number like 2.5.")]
    [TestCase("Doors:left", "big", "Cars:Doors:left is 'big': make it a whole number.")]
    [TestCase("Doors", "2", "Cars:Doors is a section, but is given as one value: give that as Cars:Doors:<name>.")]
    [TestCase("Url", "http://user:s3cret@host:99999", "Cars:Url is not an address: make it an address like http://host:1234.")]
    public void An_error_names_its_key_and_the_fix(string key, string value, string expected) =>
        Assert.That(FindErrors(($"Cars:{key}", value)), Is.EqualTo([expected]));

    [Test]
    public void All_errors_are_reported_together() =>
        Assert.That(
            FindErrors(("Cars:OldName", "99"), ("Cars:Colour", "Plaid"), ("Cars:Size", "1")),
            Is.EquivalentTo(
            [
                "Cars:OldName must be from 1 to 18.",
                "Cars:Colour is 'Plaid': make it Red or Blue.",
                "Cars:Size is not known: use one of OldName, Colour, Parked, Sizes, Doors, Url, or remove it.",
            ]));

    [Test]
    public void A_section_that_is_absent_leaves_the_defaults() => Assert.That(Bind().Wheels, Is.EqualTo(4));

    [Test]
    public void A_section_of_named_values_is_bound_and_its_wrong_values_are_left_out()
    {
        Assert.That(Bind(("Cars:Doors:left", "2"), ("Cars:Doors:back", "1")).Doors, Is.EquivalentTo(new Dictionary<string, int> { ["left"] = 2, ["back"] = 1 }));
        Assert.That(FindErrors(("Cars:Doors:left", "2"), ("Cars:Doors:back:0", "1")), Has.Exactly(1).Items.And.All.StartsWith("Cars:Doors:back is one value"));
    }

    private static IEnumerable<string> FindErrors(params (string Key, string Value)[] settings) =>
        Assert.Throws<OptionsValidationException>(() => Bind(settings))!.Failures;

    private static CarOptions Bind(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration);
        services.AddSection<CarOptions>("Cars");
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<CarOptions>>().Value;
    }

    private enum Colour
    {
        Red,
        Blue,
    }

    private sealed class CarOptions
    {
        [ConfigurationKeyName("OldName")]
        [System.ComponentModel.DataAnnotations.Range(1, 18, ErrorMessage = "Cars:OldName must be from 1 to 18.")]
        public int Wheels { get; init; } = 4;

        public Colour Colour { get; init; }

        public TimeSpan? Parked { get; init; }

        public IReadOnlyList<double>? Sizes { get; init; }

        public Dictionary<string, int> Doors { get; init; } = [];

        public Uri? Url { get; init; }
    }
}
