using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using OfflineActions.Contracts;
using OfflineActions.Tests.Pipeline;

namespace OfflineActions.Tests.Gateway;

/// <summary>The gateway over HTTP: the answer to each kind of webhook, and that only a valid request becomes a message.</summary>
[Category("Broker")]
public sealed class WebhookTests
{
    private const string Valid = """{"action":"person_request","_id":"valid","_rev":"1-abc","mine":[1]}""";

    private VirtualHost broker = null!;
    private GatewayProcess gateway = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        broker = await Broker.VirtualHostAsync();
        gateway = await GatewayProcess.StartAsync(broker.Url);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await gateway.DisposeAsync();
        await broker.DisposeAsync();
    }

    [Test]
    public async Task A_valid_request_is_accepted_and_becomes_one_message_of_plain_json()
    {
        var before = DateTimeOffset.UtcNow;
        using var answer = await gateway.PostAsync(Valid);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        var message = (await QueuedAsync()).Single();
        Assert.That(message.Json.AsObject().Select(property => property.Key), Is.EquivalentTo(new[] { "keyspace", "documentId", "revision", "requestedAt" }));
        Assert.That(
            ((string?)message.Json["keyspace"], (string?)message.Json["documentId"], (string?)message.Json["revision"]),
            Is.EqualTo(("db", "valid", "1-abc")));
        Assert.That(message.Json["requestedAt"]!.GetValue<DateTimeOffset>(), Is.InRange(before.AddSeconds(-1), DateTimeOffset.UtcNow));
        Assert.That(message.Properties.MessageId, Is.EqualTo(ActionCatalog.Default.GetByMessage<PersonRequested>().CreateMessage("db", "valid", "1-abc", default).MessageId.ToString()));
        Assert.That(message.Properties.ContentType, Is.EqualTo("application/json"));
        Assert.That(message.Properties.Persistent, Is.True);
        Assert.That(
            System.Text.Encoding.UTF8.GetString((byte[])message.Properties.Headers!["MT-MessageType"]!), Is.EqualTo("urn:message:Contracts:PersonRequested"));
    }

    [Test]
    public async Task No_credentials_are_refused()
    {
        using var answer = await gateway.SendAsync(Content(Valid), with: request => request.Headers.TryAddWithoutValidation("Authorization", ""));

        await IsRefusedAsync(answer, HttpStatusCode.Unauthorized);
        Assert.That(answer.Headers.WwwAuthenticate.ToString(), Does.StartWith("Basic"));
    }

    [TestCase("sync-gateway", "wrong")]
    [TestCase("somebody", GatewayProcess.Password)]
    [TestCase("", "")]
    public async Task Wrong_credentials_are_refused(string user, string password)
    {
        using var answer = await gateway.SendAsync(Content(Valid), with: request => request.Headers.Authorization = GatewayProcess.Basic(user, password));

        await IsRefusedAsync(answer, HttpStatusCode.Unauthorized);
    }

    [Test]
    public async Task An_unknown_keyspace_is_refused_with_the_setting_that_would_add_it()
    {
        using var answer = await gateway.PostAsync(Valid, "/webhooks/sync-gateway/db.other");

        await IsRefusedAsync(answer, HttpStatusCode.NotFound, "'db.other'", "Gateway:Keyspaces");
    }

    [TestCase("text/plain")]
    [TestCase("application/x-www-form-urlencoded")]
    [TestCase(null)]
    public async Task Another_content_type_than_json_is_refused(string? contentType)
    {
        using var answer = await gateway.PostAsync(Valid, contentType: contentType);

        await IsRefusedAsync(answer, HttpStatusCode.UnsupportedMediaType, "application/json");
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_document_that_is_too_large_is_refused_with_and_without_a_content_length(bool chunked)
    {
        var large = Valid.Replace("[1]", $"\"{new string('x', GatewayProcess.MaxBodyBytes)}\"", StringComparison.Ordinal);

        using var answer = await gateway.SendAsync(Content(large), with: request => request.Headers.TransferEncodingChunked = chunked);

        await IsRefusedAsync(answer, HttpStatusCode.RequestEntityTooLarge, $"{GatewayProcess.MaxBodyBytes} bytes", "Gateway:MaxBodyBytes");
    }

    [TestCase("", "JSON")]
    [TestCase("action=person_request", "JSON")]
    [TestCase("[]", "an array")]
    [TestCase("\"text\"", "a string")]
    [TestCase("""{"action":"person_request","_rev":"1-a"}""", "_id")]
    [TestCase("""{"action":"person_request","_id":7,"_rev":"1-a"}""", "_id")]
    [TestCase("""{"action":"person_request","_id":"_sync:user","_rev":"1-a"}""", "underscore")]
    [TestCase("""{"action":"person_request","_id":"a"}""", "_rev")]
    [TestCase("""{"action":"person_request","_id":"a","_rev":1}""", "_rev")]
    [TestCase("""{"action":"person_request","_id":"a","_rev":"one"}""", "_rev")]
    public async Task A_body_that_is_no_document_is_refused_with_the_reason(string body, string reason)
    {
        using var answer = await gateway.PostAsync(body);

        await IsRefusedAsync(answer, HttpStatusCode.BadRequest, reason);
    }

    [Test]
    public async Task A_document_that_is_nested_too_deep_is_refused()
    {
        var deep = Valid.Replace("[1]", new string('[', 1_000) + new string(']', 1_000), StringComparison.Ordinal);

        using var answer = await gateway.PostAsync(deep);

        await IsRefusedAsync(answer, HttpStatusCode.BadRequest, "512 levels");
    }

    [TestCase("""{"action":"person_request","_id":"a","_rev":"2-b","_deleted":true}""")]
    [TestCase("""{"action":"person_success","_id":"a","_rev":"2-b"}""")]
    [TestCase("""{"action":7,"_id":"a","_rev":"2-b"}""")]
    [TestCase("""{"_id":"a","_rev":"2-b"}""")]
    [TestCase("""{"action":"foo_request","_id":"a","_rev":"2-b"}""")]
    public async Task A_document_without_a_known_request_is_answered_204_and_not_published(string body)
    {
        using var answer = await gateway.PostAsync(body);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        await NothingIsPublishedAsync();
    }

    /// <summary>The byte 0xFF is in no UTF-8, and half of a surrogate pair in no Unicode text.</summary>
    [TestCase("""{"action":"X_request","_id":"a","_rev":"1-a"}""", HttpStatusCode.NoContent)]
    [TestCase("""{"action":"foo_request","_id":"X","_rev":"1-a"}""", HttpStatusCode.NoContent)]
    [TestCase("""{"X":{"X":["X"]},"_id":"a","_rev":"1-a"}""", HttpStatusCode.NoContent)]
    [TestCase("""{"_id":"a","_rev":"X"}""", HttpStatusCode.BadRequest)]
    [TestCase("X", HttpStatusCode.BadRequest)]
    [TestCase("\"X\"", HttpStatusCode.BadRequest)]
    public async Task Text_that_is_not_Unicode_is_no_error_of_the_gateway(string body, HttpStatusCode status)
    {
        foreach (var damage in new byte[][] { [0xFF], [0xED, 0xA0, 0x80], Encoding.ASCII.GetBytes("\\ud800"), Encoding.ASCII.GetBytes("\\uDC00") })
        {
            var bytes = body.Split('X').SelectMany((part, index) => index == 0 ? Encoding.UTF8.GetBytes(part) : [.. damage, .. Encoding.UTF8.GetBytes(part)]);

            using var answer = await gateway.SendAsync(new ByteArrayContent([.. bytes]));

            Assert.That(answer.StatusCode, Is.EqualTo(status));
        }

        await NothingIsPublishedAsync();
    }

    [Test]
    public async Task A_document_cannot_forge_a_line_of_the_log()
    {
        using var answer = await gateway.PostAsync("""
            {"action":"forged\u001b[2K_request","_id":"first\r\nfail: Forged[1]\u001b[2K\u202e","_rev":"1-a"}
            """);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(
            await Dev.Eventually.IsAsync(() => gateway.Output.ToString().Contains(@"first\u000D\u000Afail: Forged[1]\u001B[2K\u202E requests forged\u001B[2K_request", StringComparison.Ordinal)),
            Is.True,
            () => gateway.Output.Last(10));
        Assert.That(gateway.Output.ToString(), Does.Not.Match("[\u001b\u202e]").And.Not.Match("(?m)^fail: Forged"));
    }

    [Test]
    public async Task Only_a_post_is_a_webhook() =>
        Assert.That(await gateway.StatusAsync(GatewayProcess.Path), Is.EqualTo(HttpStatusCode.MethodNotAllowed));

    private async Task IsRefusedAsync(HttpResponseMessage answer, HttpStatusCode status, params string[] reasons)
    {
        Assert.That(answer.StatusCode, Is.EqualTo(status));
        if (reasons.Length > 0)
        {
            Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
            var problem = await answer.Content.ReadFromJsonAsync<JsonObject>();
            Assert.That((int?)problem!["status"], Is.EqualTo((int)status));
            foreach (var reason in reasons)
            {
                Assert.That((string?)problem["detail"], Does.Contain(reason));
            }
        }

        await NothingIsPublishedAsync();
    }

    // A queue keeps the order of its messages: an earlier message would be in front of this one.
    private async Task NothingIsPublishedAsync()
    {
        using var answer = await gateway.PostAsync("""{"action":"person_request","_id":"marker","_rev":"1-a"}""");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That((await QueuedAsync()).Select(message => (string?)message.Json["documentId"]), Is.EqualTo(new[] { "marker" }));
    }

    private Task<IReadOnlyList<Message>> QueuedAsync() => Messages.TakeAsync(broker.Url, ActionCatalog.Default.GetByMessage<PersonRequested>().Queues.Work);

    private static ByteArrayContent Content(string body) => new(Encoding.UTF8.GetBytes(body));
}
