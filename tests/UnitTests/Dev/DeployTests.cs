using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Jint;
using OfflineActions.Dev;

namespace OfflineActions.Tests.Dev;

public sealed partial class DeployTests
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string Compose = Read("docker-compose.yml");
    private static readonly string Dockerfile = Read("deploy", "Dockerfile");

    [Test]
    public void Every_image_is_named_with_an_exact_version()
    {
        var stages = Stage().Matches(Dockerfile).Select(match => match.Groups[1].Value);
        var images = Image().Matches(Compose).Concat(From().Matches(Dockerfile)).Select(match => match.Groups[1].Value).Except(stages).ToList();

        Assert.That(images, Has.Count.GreaterThanOrEqualTo(4));
        Assert.That(images, Is.All.Matches(@":v?(community-)?\d+\.\d+\.\d+[\w.-]*\}?$"));
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
        foreach (var configuration in new[] { "sync-gateway.json", "sync-gateway-couchbase.json" })
        {
            var text = Read("deploy", "sync-gateway", configuration);
            Assert.That(text, Does.Contain("\"url\": \"http://sync-gateway:${WEBHOOK_PASSWORD}@gateway:8080/webhooks/sync-gateway/db\""));
            Assert.That(text, Does.Contain(JsonSerializer.Serialize(WebhookFilter.JavaScript, Plain)), "It has the same filter.");
        }

        Assert.That(ServiceNamed("sync-gateway"), Does.Contain("WEBHOOK_PASSWORD=\"$$(cat /run/secrets/webhook-password)\""));
        Assert.That(ServiceNamed("gateway"), Does.Contain("{ source: webhook-password, target: /run/secrets/offline-actions/Gateway__WebhookPassword }"));
        Assert.That(Read("deploy", "development-secrets", "webhook-password").TrimEnd(), Has.Length.GreaterThanOrEqualTo(16));
    }

    [Test]
    public void Every_secret_is_a_file_and_no_environment_holds_one()
    {
        var defined = SecretFile().Matches(Compose).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["file"].Value);
        var used = UsedSecret().Matches(Compose).SelectMany(match => match.Groups["name"].Captures).Select(name => name.Value).Distinct();
        var files = Directory.GetFiles(Path.Combine(Repository.Root, "deploy", "development-secrets")).Select(Path.GetFileName);

        Assert.That(used, Is.EquivalentTo(defined.Keys));
        Assert.That(defined, Is.All.Matches<KeyValuePair<string, string>>(secret => secret.Key == secret.Value));
        Assert.That(files, Is.EquivalentTo(defined.Keys));
        Assert.That(Compose, Does.Not.Match(@"(?im)^\s+\w*(password|users__)\w*:"));
        Assert.That(files.Select(file => Read("deploy", "development-secrets", file!).Trim()), Is.All.Matches<string>(secret => !Compose.Contains(secret, StringComparison.Ordinal)));
    }

    [Test]
    public void Every_service_of_ours_is_restricted_and_writes_only_to_tmp()
    {
        var services = Regex.Matches(Compose, @"(?m)^  ([\w-]+):\n(?=    )").Select(match => match.Groups[1].Value).ToList();
        var ours = services.Where(service => ServiceNamed(service).Contains("    build: ", StringComparison.Ordinal)).ToList();

        Assert.That(ours, Has.Count.EqualTo(5));
        Assert.That(ours.Select(ServiceNamed), Is.All.StartsWith("  ").And.All.Contains("    <<: *service\n"));
        var start = Compose.IndexOf("x-restricted:", StringComparison.Ordinal);
        var defaults = Compose[start..Compose.IndexOf("services:", StringComparison.Ordinal)];
        foreach (var limit in new[] { "cap_drop: [ALL]", "no-new-privileges:true", "read_only: true", "pids_limit:", "mem_limit:", "cpus:", "max-size:" })
        {
            Assert.That(defaults, Does.Contain(limit));
        }
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

    [GeneratedRegex(@"(?m)^FROM (?:--platform=\S+ )?(\S+)")]
    private static partial Regex From();

    [GeneratedRegex(@"(?m)^FROM .* AS (\S+)$")]
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

    [GeneratedRegex(@"(?m)^  (?<name>[\w-]+): \{ file: ""\$\{SECRETS:-\./deploy/development-secrets\}/(?<file>[\w-]+)"" \}$")]
    private static partial Regex SecretFile();

    [GeneratedRegex(@"source: (?<name>[\w-]+)|(?m)^    secrets: \[(?:(?<name>[\w-]+)(?:, )?)+\]$")]
    private static partial Regex UsedSecret();
}
