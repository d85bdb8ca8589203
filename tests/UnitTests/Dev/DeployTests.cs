using System.Text.RegularExpressions;
using Jint;
using OfflineActions.Dev;

namespace OfflineActions.Tests.Dev;

public sealed partial class DeployTests
{
    private static readonly string Compose = Read("docker-compose.yml");
    private static readonly string Dockerfile = Read("deploy", "Dockerfile");

    [Test]
    public void Every_image_is_named_with_an_exact_version()
    {
        var stages = Stage().Matches(Dockerfile).Select(match => match.Groups[1].Value);
        var images = Image().Matches(Compose).Concat(From().Matches(Dockerfile)).Select(match => match.Groups[1].Value).Except(stages).ToList();

        Assert.That(images, Has.Count.GreaterThanOrEqualTo(4));
        Assert.That(images, Is.All.Matches(@":v?\d+\.\d+\.\d+[\w.-]*\}?$"));
    }

    [Test]
    public void No_service_has_a_fixed_container_name_so_that_copies_can_run_side_by_side() =>
        Assert.That(Compose, Does.Not.Contain("container_name"));

    [Test]
    public void Every_published_port_is_published_on_loopback_only()
    {
        var published = Ports().Matches(Compose).SelectMany(line => Quoted().Matches(line.Groups[1].Value)).Select(port => port.Groups[1].Value).ToList();

        Assert.That(published, Has.Count.GreaterThanOrEqualTo(5));
        Assert.That(published, Is.All.StartsWith("127.0.0.1:"));
        Assert.That(published, Has.Count.EqualTo(Quoted().Matches(Compose).Count(text => Published().IsMatch(text.Groups[1].Value))));
    }

    [Test]
    public void Workers_publish_no_port_because_there_may_be_many() =>
        Assert.That(ServiceNamed("worker"), Does.Not.Contain("ports:"));

    [Test]
    public void Every_service_names_a_project_that_exists()
    {
        var services = ServiceArgument().Matches(Compose).Select(match => match.Groups[1].Value).ToList();

        Assert.That(services, Is.EquivalentTo(["SwapiEmulator", "Gateway", "WebClient", "Worker", "Operator"]));
        Assert.That(services.Select(service => $"OfflineActions.{service}.csproj"), Is.SubsetOf(Projects("services").Select(Path.GetFileName)));
    }

    [Test]
    public void Every_project_file_and_its_lock_file_is_copied_before_the_sources_so_that_the_restored_layer_is_reused()
    {
        var folders = Projects("contracts").Concat(Projects("services"))
            .Select(project => Path.GetRelativePath(Repository.Root, Path.GetDirectoryName(project)!).Replace('\\', '/'));
        var copied = Dockerfile[..Dockerfile.IndexOf("COPY . .", StringComparison.Ordinal)];

        Assert.That(copied, Does.Contain("COPY *.props *.targets "), "They name packages, too.");
        Assert.That(folders.Select(folder => $"COPY {folder}/*.csproj {folder}/packages.lock.json {folder}/"), Is.All.Matches<string>(copied.Contains));
    }

    [TestCase("""{"action":"person_request"}""", true)]
    [TestCase("""{"action":"echo_request","_id":"a"}""", true)]
    [TestCase("""{"action":"person_request","_deleted":true}""", false)]
    [TestCase("""{"action":"person_success"}""", false)]
    [TestCase("""{"action":"_requested"}""", false)]
    [TestCase("""{"action":{"length":8}}""", false)]
    [TestCase("""{"action":null}""", false)]
    [TestCase("{}", false)]
    public void The_webhook_is_sent_for_requests_of_any_action_and_for_nothing_else(string document, bool sent)
    {
        var engine = new Engine();
        var answer = engine.Evaluate($"({WebhookFilter.JavaScript})({document}, null)");

        Assert.That(answer.IsBoolean(), Is.True, "Sync Gateway accepts only a boolean.");
        Assert.That(answer.AsBoolean(), Is.EqualTo(sent));
    }

    [Test]
    public void The_filter_has_no_dollar_sign_because_Sync_Gateway_would_expand_it() =>
        Assert.That(WebhookFilter.JavaScript, Does.Not.Contain('$'));

    [Test]
    public void The_webhook_sends_the_password_that_the_gateway_expects()
    {
        Assert.That(
            Read("deploy", "sync-gateway", "sync-gateway.json"),
            Does.Contain("\"url\": \"http://sync-gateway:${WEBHOOK_PASSWORD}@gateway:8080/webhooks/sync-gateway/db\""));
        Assert.That(
            DefaultPassword().Matches(Compose).Select(match => match.Groups[1].Value).Distinct().Single(),
            Has.Length.GreaterThanOrEqualTo(16));
    }

    [Test]
    public void Every_file_that_is_mounted_exists()
    {
        var mounted = Mounted().Matches(Compose).Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.That(mounted, Has.Count.GreaterThanOrEqualTo(4));
        Assert.That(mounted.Where(path => !Path.Exists(Path.Combine(Repository.Root, path))), Is.Empty);
    }

    private static string[] Projects(string folder) =>
        Directory.GetFiles(Path.Combine(Repository.Root, folder), "*.csproj", SearchOption.AllDirectories);

    private static string ServiceNamed(string name) => Regex.Match(Compose, $@"(?ms)^  {name}:\n.*?(?=^\S|^  \w|\z)").Value is { Length: > 0 } text
        ? text
        : throw new InvalidOperationException($"There is no service {name}.");

    private static string Read(params string[] path) => File.ReadAllText(Path.Combine([Repository.Root, .. path]));

    [GeneratedRegex(@"(?m)^\s+image: (.+)$")]
    private static partial Regex Image();

    [GeneratedRegex(@"(?m)^FROM (\S+)")]
    private static partial Regex From();

    [GeneratedRegex(@"(?m)^FROM \S+ AS (\S+)")]
    private static partial Regex Stage();

    [GeneratedRegex(@"(?m)^\s+ports: \[(.+)\]$")]
    private static partial Regex Ports();

    [GeneratedRegex("\"([^\"]+)\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^([\d.]+:)?\d+:\d+$")]
    private static partial Regex Published();

    [GeneratedRegex(@"\./(deploy[\w/.-]+):/")]
    private static partial Regex Mounted();

    [GeneratedRegex(@"args: \{ SERVICE: (\w+) \}")]
    private static partial Regex ServiceArgument();

    [GeneratedRegex(@"\$\{WEBHOOK_PASSWORD:-([^}]+)\}")]
    private static partial Regex DefaultPassword();
}
