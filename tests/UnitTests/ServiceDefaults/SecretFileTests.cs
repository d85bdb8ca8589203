using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OfflineActions.Messaging;
using OfflineActions.ServiceDefaults;
using OfflineActions.ServiceDefaults.Configuration;

namespace OfflineActions.Tests.ServiceDefaults;

public sealed class SecretFileTests
{
    private DirectoryInfo directory = null!;

    [SetUp]
    public void Create() => directory = Directory.CreateTempSubdirectory("secrets-");

    [TearDown]
    public void Delete() => directory.Delete(recursive: true);

    [TestCase("value", "value")]
    [TestCase("value\n", "value")]
    [TestCase("value\r\n", "value")]
    [TestCase(" two words \n\n", " two words \n")]
    [TestCase("", "")]
    [TestCase("pässword%2F:@/ #'\"", "pässword%2F:@/ #'\"")]
    public void A_file_named_as_an_environment_variable_holds_a_setting(string content, string expected)
    {
        Write("Gateway__WebhookPassword", content);

        Assert.That(Configure()["Gateway:WebhookPassword"], Is.EqualTo(expected));
    }

    [Test]
    public void A_file_wins_over_what_was_there_before_and_the_command_line_over_a_file()
    {
        Write("Bus__User", "file");
        Write("Bus__Password", "file");

        var configuration = Configure("--Bus:Password=line");

        Assert.That(configuration["Bus:User"], Is.EqualTo("file"));
        Assert.That(configuration["Bus:Password"], Is.EqualTo("line"));
    }

    [Test]
    public void A_directory_as_Kubernetes_mounts_it_is_read_without_its_hidden_links()
    {
        var version = directory.CreateSubdirectory("..2026_01_01");
        File.WriteAllText(Path.Combine(version.FullName, "Swapi__Key"), "linked");
        File.CreateSymbolicLink(Path.Combine(directory.FullName, "..data"), version.Name);
        File.CreateSymbolicLink(Path.Combine(directory.FullName, "Swapi__Key"), "..data/Swapi__Key");

        var configuration = Configure();

        Assert.That(configuration["Swapi:Key"], Is.EqualTo("linked"));
        Assert.That(FindErrors(configuration), Is.Empty);
    }

    [Test]
    public void Each_file_that_cannot_be_read_is_an_error_and_the_others_are_read()
    {
        Write("Swapi__Key", "value");
        Write("OTEL_EXPORTER_OTLP_HEADERS", new string('x', SecretFiles.MaxBytes + 1));
        File.CreateSymbolicLink(Path.Combine(directory.FullName, "SyncGateway__Password"), "nowhere");

        var configuration = Configure();

        Assert.That(configuration["Swapi:Key"], Is.EqualTo("value"));
        Assert.That(configuration["OTEL_EXPORTER_OTLP_HEADERS"], Is.Null);
        Assert.That(FindErrors(configuration), Is.EquivalentTo(new[] { "OTEL_EXPORTER_OTLP_HEADERS", "SyncGateway__Password" })
            .Using<string, string>((error, name) => error.StartsWith(Path.Combine(directory.FullName, name) + ' ', StringComparison.Ordinal)));
    }

    [TestCase("Bus__Password", "bus__password")]
    [TestCase("Bus:Password", "Bus__Password")]
    [Platform("Linux")]
    public void Two_files_for_one_setting_are_an_error(string one, string other)
    {
        Write("Bus__User", "user");
        Write(one, "1");
        Write(other, "2");

        Assert.That(
            FindErrors(Configure()),
            Is.EqualTo([$"{one} and {other} in {directory.FullName} are the same setting: keep one of these files."]));
    }

    [TestCase(new byte[] { 0xEF, 0xBB, 0xBF, (byte)'a' }, "a", TestName = "A_mark_of_UTF_8_is_no_part_of_a_setting")]
    [TestCase(new byte[] { 0xFF, 0xFE, (byte)'a', 0, (byte)'\n', 0 }, "a", TestName = "A_file_of_PowerShell_is_read")]
    [TestCase(new byte[] { (byte)'a', 0xFF }, null, TestName = "A_file_that_is_no_text_is_an_error")]
    public void How_a_text_is_encoded(byte[] content, string? expected)
    {
        File.WriteAllBytes(Path.Combine(directory.FullName, "Swapi__Key"), content);
        Directory.CreateDirectory(Path.Combine(directory.FullName, "Swapi__Folder"));

        var configuration = Configure();

        Assert.That(configuration["Swapi:Key"], Is.EqualTo(expected));
        Assert.That(
            FindErrors(configuration),
            expected is null ? Has.One.Contains("Swapi__Key cannot be read: It is no text in UTF-8.") : Is.Empty);
    }

    [Test]
    public void A_directory_that_was_named_and_does_not_exist_is_an_error()
    {
        var missing = Path.Combine(directory.FullName, "missing");

        var configuration = Configure($"--{SecretOptions.DirectoryKey}={missing}");

        Assert.That(FindErrors(configuration).Single(), Does.StartWith($"Secrets:Directory is '{missing}', but that directory does not exist"));
    }

    [TestCase("user", "", "amqp://host", "Bus:User and Bus:Password belong together: set both, or neither.")]
    [TestCase("", "password", "amqp://host", "Bus:User and Bus:Password belong together: set both, or neither.")]
    [TestCase("user", "password", "amqp://a:b@host", "Bus:Url and Bus:User both name a user: keep one of them.")]
    [TestCase("user", "password", "amqp://host", null)]
    [TestCase("", "", "amqp://a:b@host", null)]
    public void The_broker_has_one_user_with_a_password(string user, string password, string url, string? error)
    {
        Write("Bus__User", user);
        Write("Bus__Password", password);
        Write("Bus__Url", url);

        Assert.That(FindErrors(Configure()).SingleOrDefault(), Is.EqualTo(error));
    }

    [Test]
    public void The_password_of_the_broker_may_have_any_character()
    {
        var bus = new BusOptions { Url = new("amqps://host:5671/my%2Fhost"), User = "a:b@c", Password = "p/%2F#?@:ä\\ " };

        var client = new RabbitMQ.Client.ConnectionFactory { Uri = bus.Address! };

        Assert.That((client.UserName, client.Password, client.VirtualHost), Is.EqualTo((bus.User, bus.Password, "my/host")));
        Assert.That((client.HostName, client.Port, client.Ssl.Enabled), Is.EqualTo(("host", 5671, true)));
    }

    private ConfigurationManager Configure(params string[] arguments)
    {
        var builder = WebApplication.CreateBuilder([$"--{SecretOptions.DirectoryKey}={directory.FullName}", .. arguments]);
        builder.AddSecretFiles();
        return builder.Configuration;
    }

    private static IReadOnlyList<string> FindErrors(ConfigurationManager configuration)
    {
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration);
        services.AddSection<SecretOptions>(SecretOptions.Section);
        services.AddSection<BusOptions>(BusOptions.Section);
        using var provider = services.BuildServiceProvider();
        return ConfigurationErrors.Find(provider);
    }

    private void Write(string name, string content) => File.WriteAllText(Path.Combine(directory.FullName, name), content);
}
