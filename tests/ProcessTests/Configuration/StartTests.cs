namespace OfflineActions.Tests.Configuration;

/// <summary>
/// A program with configuration errors reports all of them, each with its key and what to write instead, and does not start.
/// </summary>
public sealed class StartTests
{
    private const string Header = "Not started, the configuration needs a change:";

    [Test]
    public async Task A_gateway_without_configuration_reports_the_missing_broker_and_password()
    {
        var started = await Started.ProgramAsync("Gateway", Environment());

        AssertRefused(started,
        [
            Does.StartWith("Bus:Url is missing. Set it (in the environment: Bus__Url)"),
            Does.StartWith(
                "Gateway:WebhookPassword must have at least 16 characters. Set it (in the environment: Gateway__WebhookPassword)"),
        ]);
    }

    [Test]
    public async Task A_worker_without_configuration_reports_the_missing_broker()
    {
        var started = await Started.ProgramAsync("Worker", Environment());

        AssertRefused(started, [Does.StartWith("Bus:Url is missing. Set it (in the environment: Bus__Url)")]);
    }

    [Test]
    public async Task A_gateway_reports_all_its_configuration_errors_together()
    {
        var started = await Started.ProgramAsync("Gateway", Environment(
            ("Bus__Transport", "Carrier pigeon"),
            ("Bus__Url", "http://broker"),
            ("Bus__DrainTimeout", "a while"),
            ("Bus__Delays__0", "soon"),
            ("Bus__Delays__1", "00:00:10"),
            ("Bus__Delays__2", "00:00:05"),
            ("Bus__User", "gateway"),
            ("Bus__Host", "broker"),
            ("Gateway__WebhookPassword", "short"),
            ("Gateway__WebhookUser", "a:b"),
            ("Gateway__Keyspaces", "db"),
            ("Gateway__MaxBodyBytes", "1 MB"),
            ("Gateway__PublishTimeout", "01:00:00"),
            ("Gateway__MaxInFlight", "0"),
            ("Gateway__PublishTimeOutt", "00:00:01")));

        AssertRefused(started,
        [
            Is.EqualTo("Bus:Transport is 'Carrier pigeon': make it RabbitMq or InMemory."),
            Does.StartWith("Bus:Url must begin with amqp:// or amqps://"),
            Is.EqualTo("Bus:DrainTimeout is 'a while': make it a time like 00:00:10."),
            Is.EqualTo("Bus:Delays:0 is 'soon': make it a time like 00:00:10."),
            Is.EqualTo("Bus:User and Bus:Password belong together: set both, or neither."),
            Does.StartWith("Bus:Delays must grow"),
            Does.StartWith("Bus:Host is not known: use one of Transport, Url, "),
            Does.StartWith("Gateway:WebhookPassword must have at least 16 characters."),
            Does.StartWith("Gateway:WebhookUser must not be empty or contain a colon"),
            Is.EqualTo("Gateway:Keyspaces is a list, but is given as one value: give that as Gateway:Keyspaces:0."),
            Is.EqualTo("Gateway:MaxBodyBytes is '1 MB': make it a whole number."),
            Does.StartWith("Gateway:PublishTimeout must be from 00:00:00.050 to 00:00:30."),
            Does.StartWith("Gateway:MaxInFlight must be from 1 to 100000."),
            Does.StartWith("Gateway:PublishTimeOutt is not known: use one of "),
        ]);
    }

    [TestCase("Db1")]
    [TestCase("db/x")]
    public async Task A_keyspace_that_is_not_valid_is_an_error(string keyspace)
    {
        var started = await Started.ProgramAsync("Gateway", Environment(
            ("Bus__Url", "amqp://127.0.0.1:1/"), ("Gateway__WebhookPassword", "0123456789abcdef"), ("Gateway__Keyspaces__0", keyspace)));

        AssertRefused(started, [Does.StartWith($"Gateway:Keyspaces contains '{keyspace}', which is not a keyspace: write db, db.collection")]);
    }

    [Test]
    public async Task A_keyspace_that_is_named_in_two_ways_is_an_error()
    {
        var started = await Started.ProgramAsync("Gateway", Environment(
            ("Bus__Url", "amqp://127.0.0.1:1"),
            ("Gateway__WebhookPassword", "0123456789abcdef"),
            ("Gateway__Keyspaces__0", "db"),
            ("Gateway__Keyspaces__1", "db._default._default"),
            ("Gateway__Keyspaces__2", "db.here"),
            ("Gateway__Keyspaces__3", "other.here")));

        AssertRefused(started, [Is.EqualTo("Gateway:Keyspaces names one keyspace in 2 ways: db, db._default._default. Keep one of them.")]);
    }

    [Test]
    public async Task A_worker_reports_all_its_configuration_errors_together()
    {
        var started = await Started.ProgramAsync("Worker", Environment(
            ("Bus__DrainTimeout", "1.00:00:00"),
            ("Worker__Actions__0", "persons"),
            ("Worker__Concurrency", "many"),
            ("Worker__ConcurrencyByAction__person", "0"),
            ("Worker__DeliveryTimeout__0", "00:00:30"),
            ("Worker__Prefetch", "10"),
            ("SyncGateway__Timeout", "ten"),
            ("SyncGateway__MaxResponseBytes", "32M"),
            ("SyncGateway__Uri", "http://127.0.0.1:4984"),
            ("Swapi__Rounds", "0"),
            ("Swapi__Cache", "perhaps"),
            ("Swapi__BaseAddress", "http://127.0.0.1/api/")));

        AssertRefused(started,
        [
            Does.StartWith("Bus:Url is missing."),
            Does.StartWith("Bus:DrainTimeout must be from 00:00:00 to 00:10:00."),
            Does.StartWith("Worker:Actions names 'persons', which is no action of this worker: use person"),
            Is.EqualTo("Worker:Concurrency is 'many': make it a whole number."),
            Is.EqualTo("Worker:ConcurrencyByAction:person must be from 1 to 1000."),
            Is.EqualTo("Worker:DeliveryTimeout is one value, but is given as a list or section: give it as Worker:DeliveryTimeout."),
            Does.StartWith("Worker:Prefetch is not known: use one of Actions, Concurrency, ConcurrencyByAction, DeliveryTimeout"),
            Is.EqualTo("SyncGateway:Timeout is 'ten': make it a time like 00:00:10."),
            Is.EqualTo("SyncGateway:MaxResponseBytes is '32M': make it a whole number."),
            Does.StartWith("SyncGateway:Uri is not known: use one of Url, User, Password"),
            Is.EqualTo("Swapi:Rounds is 0: make it from 1 to 10."),
            Is.EqualTo("Swapi:Cache is 'perhaps': make it true or false."),
            Does.StartWith("Swapi:BaseAddress is not known: use one of BaseAddresses"),
        ]);
    }

    [Test]
    public async Task A_web_client_reports_all_its_configuration_errors_together()
    {
        var started = await Started.ProgramAsync("WebClient", Environment(
            ("WebClient__SyncGateway", "http://host:99999"), ("WebClient__Folder", ""), ("WebClient__Port", "80")));

        AssertRefused(started,
        [
            Is.EqualTo("WebClient:SyncGateway is not an address: make it an address like http://host:1234."),
            Does.StartWith("WebClient:Folder must name the folder"),
            Is.EqualTo("WebClient:Port is not known: use one of SyncGateway, Origins, Folder, or remove it."),
        ]);
    }

    [TestCase("Gateway", "publishes")]
    [TestCase("Worker", "consumes")]
    public async Task A_process_that_only_publishes_or_consumes_does_not_start_with_the_in_memory_transport(string service, string does)
    {
        var started = await Started.ProgramAsync(service, Environment(
            ("Bus__Transport", "InMemory"), ("Gateway__WebhookPassword", "0123456789abcdef")));

        AssertRefused(
            started,
            [Does.StartWith($"Bus:Transport is InMemory, but this process only {does}: memory is not shared between processes.")]);
    }

    [TestCase("Gateway")]
    [TestCase("Worker")]
    [TestCase("WebClient")]
    [TestCase("Operator", "serve")]
    [TestCase("Operator", "status")]
    public async Task A_file_with_a_setting_that_cannot_be_read_is_an_error(string service, params string[] arguments)
    {
        var secrets = Directory.CreateTempSubdirectory("secrets-");
        File.WriteAllText(Path.Combine(secrets.FullName, "Bus__Url"), "amqp://127.0.0.1:1");
        File.WriteAllText(Path.Combine(secrets.FullName, "Gateway__WebhookPassword"), "0123456789abcdef");
        File.CreateSymbolicLink(Path.Combine(secrets.FullName, "SyncGateway__Password"), "nowhere");
        try
        {
            var started = await Started.ProgramAsync(service, Environment(("Secrets__Directory", secrets.FullName)), arguments);

            Assert.That(started.ExitCode, Is.Not.Zero);
            Assert.That(started.HasStackTrace, Is.False, started.Output + started.Errors);
            Assert.That(
                started.Lines, Has.Exactly(1).Contains(Path.Combine(secrets.FullName, "SyncGateway__Password") + " cannot be read: "), started.Errors);
        }
        finally
        {
            secrets.Delete(recursive: true);
        }
    }

    [Test]
    public async Task A_broker_that_the_operator_names_has_the_user_and_the_security_of_its_address()
    {
        var started = await Started.ProgramAsync(
            "Operator",
            Environment(("Bus__User", "operator"), ("Bus__Password", "secret"), ("Bus__Nodes__0", "other"), ("Bus__Tls__CaFile", "/nowhere/ca.pem")),
            "status",
            "--bus",
            "amqp://guest:guest@127.0.0.1:1/");

        Assert.That(started.ExitCode, Is.Not.Zero);
        Assert.That(started.Errors, Does.Contain("amqp://127.0.0.1:1/").And.Not.Contain("Bus:"), started.Errors);
    }

    [Test]
    public async Task An_empty_directory_of_secrets_counts_as_not_set()
    {
        var started = await Started.ProgramAsync("Worker", Environment(("Secrets__Directory", "")));

        AssertRefused(started, [Does.StartWith("Bus:Url is missing.")]);
    }

    [TestCase("--once")]
    [TestCase]
    public async Task A_DevHost_with_configuration_errors_reports_them(params string[] options)
    {
        var started = await Started.ProgramAsync(
            "DevHost", Environment(("Worker__Concurrency", "many"), ("Gateway__Keyspace", "db")), ["--ports", "auto", .. options]);

        AssertRefused(started,
        [
            Is.EqualTo("Worker:Concurrency is 'many': make it a whole number."),
            Does.StartWith("Gateway:Keyspace is not known"),
        ]);
    }

    [TestCase("SyncGatewayEmulatorTool", "Emulators:SyncGateway:PublicPort: ", "Emulators:SyncGateway:MaxProcesses: ")]
    [TestCase("SwapiEmulator", "Emulators:Swapi:Port: ")]
    public async Task An_emulator_reports_the_errors_in_its_own_section_and_does_not_start(string emulator, params string[] errors)
    {
        var started = await Started.ProgramAsync(emulator, Environment(
            ("Emulators__SyncGateway__PublicPort", "70000"),
            ("Emulators__SyncGateway__MaxProcesses", "0"),
            ("Emulators__Swapi__Port", "-1")));

        AssertRefused(started, [.. errors.Select(error => Does.StartWith(error))]);
    }

    private static void AssertRefused(Started started, IReadOnlyList<NUnit.Framework.Constraints.Constraint> errors)
    {
        Assert.That(started.ExitCode, Is.EqualTo(78), started.Output + started.Errors);
        Assert.That(started.HasStackTrace, Is.False, started.Output + started.Errors);
        Assert.That(started.Lines[0], Is.EqualTo(Header));
        foreach (var error in errors)
        {
            Assert.That(started.Lines, Has.Exactly(1).Matches(error), started.Errors);
        }

        Assert.That(started.Lines, Has.Count.EqualTo(errors.Count + 1), started.Errors);
    }

    // Settings of the services in the machine's own environment are removed.
    private static Dictionary<string, string?> Environment(params (string Name, string Value)[] settings)
    {
        string[] ours = ["Bus__", "Gateway__", "Worker__", "SyncGateway__", "Swapi__", "WebClient__", "Operator__", "Secrets__", "Emulators__"];
        var environment = System.Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => ours.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
            .ToDictionary(name => name, _ => (string?)null);
        foreach (var (name, value) in settings)
        {
            environment[name] = value;
        }

        return environment;
    }
}
