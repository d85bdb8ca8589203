using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OfflineActions.Messaging;
using OfflineActions.ServiceDefaults.Configuration;

namespace OfflineActions.Tests.Messaging;

public sealed class BusTlsOptionsTests
{
    private TestCertificates certificates = null!;

    [SetUp]
    public void Create() => certificates = new TestCertificates();

    [TearDown]
    public void Delete() => certificates.Dispose();

    [Test]
    public void Right_files_are_accepted()
    {
        var client = certificates.Issue("client");

        Assert.That(
            FindErrors(("CaFile", certificates.CaFile), ("CertificateFile", client.CertificateFile), ("KeyFile", client.KeyFile)),
            Is.Empty);
        Assert.That(FindErrors(("CaFile", ""), ("CertificateFile", ""), ("KeyFile", "")), Is.Empty);
    }

    [Test]
    public void Each_wrong_setting_is_an_error_with_its_key()
    {
        var client = certificates.Issue("client");
        var (other, empty) = (certificates.Issue("other"), Path.Combine(certificates.Folder, "empty"));
        File.WriteAllText(empty, "");

        Assert.That(
            FindErrors(("Ca", "x")),
            Is.EqualTo(["Bus:Tls:Ca is not known: use one of CaFile, CertificateFile, KeyFile, or remove it."]));
        Assert.That(
            FindErrors(("CertificateFile", client.CertificateFile)),
            Is.EqualTo(["Bus:Tls:CertificateFile and Bus:Tls:KeyFile belong together: set both, or neither."]));
        Assert.That(
            FindErrors(("CaFile", empty)),
            Is.EqualTo([$"Bus:Tls:CaFile {empty} has no certificate: write it in PEM format (BEGIN CERTIFICATE)."]));
        Assert.That(FindErrors(("CaFile", empty + "2")).Single(), Does.StartWith($"Bus:Tls:CaFile {empty}2 cannot be read by user "));
        Assert.That(
            FindErrors(("CertificateFile", empty), ("KeyFile", client.KeyFile)),
            Is.EqualTo([$"Bus:Tls:CertificateFile {empty} has no certificate: write it in PEM format (BEGIN CERTIFICATE)."]));
        foreach (var key in new[] { other.KeyFile, empty, client.CertificateFile })
        {
            Assert.That(
                FindErrors(("CertificateFile", client.CertificateFile), ("KeyFile", key)).Single(),
                Does.StartWith($"Bus:Tls:KeyFile {key} does not hold the key of the certificate in {client.CertificateFile}"));
        }
    }

    [Test]
    public void TLS_without_amqps_is_an_error() =>
        Assert.That(
            FindErrors("amqp://host", ("CaFile", certificates.CaFile)),
            Is.EqualTo(["Bus:Tls is set, but Bus:Url does not begin with amqps://: without that the connection is not secured."]));

    [Test]
    public void A_value_in_place_of_the_section_is_an_error() =>
        Assert.That(
            FindErrors("amqps://host", ("", "true")),
            Is.EqualTo(["Bus:Tls is a section, but is given as one value: give that as Bus:Tls:<name>."]));

    private static IReadOnlyList<string> FindErrors(params (string Key, string Value)[] settings) => FindErrors("amqps://host", settings);

    private static IReadOnlyList<string> FindErrors(string url, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(
                setting => KeyValuePair.Create($"Bus:Tls:{setting.Key}".TrimEnd(':'), (string?)setting.Value)))
            .AddInMemoryCollection([KeyValuePair.Create("Bus:Url", (string?)url)])
            .Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration);
        services.AddSection<BusOptions>(BusOptions.Section);
        using var provider = services.BuildServiceProvider();
        try
        {
            _ = provider.GetRequiredService<IOptions<BusOptions>>().Value;
            return [];
        }
        catch (OptionsValidationException invalid)
        {
            return [.. invalid.Failures];
        }
    }
}
