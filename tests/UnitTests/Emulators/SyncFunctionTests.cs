using System.Net.Http.Headers;
using System.Text;

namespace OfflineActions.Tests.Emulators;

/// <summary>The sync function: channels, grants and rejected writes.</summary>
public sealed class SyncFunctionTests
{
    private const string Function = """
        function (doc, oldDoc) {
          if (doc.forbid) throw({ forbidden: doc.forbid });
          if (doc.login) throw({ unauthorized: doc.login });
          if (doc.fail) undefinedFunction();
          if (doc.user) requireUser(doc.user);
          if (doc.role) requireRole(doc.role);
          if (doc.access) requireAccess(doc.access);
          if (doc.admin) requireAdmin();
          if (doc.grant) access(doc.grant.to, doc.grant.channels);
          if (doc.give) role(doc.give.to, doc.give.roles);
          if (doc.keep && oldDoc && oldDoc._id !== doc._id) throw({ forbidden: 'no old id' });
          channel(doc.channels);
        }
        """;

    [TestCase("""{"forbid":"no"}""", 403, "no", 403)]
    [TestCase("""{"login":"who?"}""", 401, "who?", 401)]
    [TestCase("""{"fail":true}""", 500, "Exception in JS sync function", 500)]
    [TestCase("""{"user":"someone"}""", 403, "sg wrong user", 201)]
    [TestCase("""{"user":["someone","ann"]}""", 201, null, 201)]
    [TestCase("""{"role":"boss"}""", 403, "sg missing role", 201)]
    [TestCase("""{"role":"clerk"}""", 201, null, 201)]
    [TestCase("""{"role":"role:clerk"}""", 403, "sg missing role", 201)]
    [TestCase("""{"access":"B"}""", 403, "sg missing channel access", 201)]
    [TestCase("""{"access":["A","B"]}""", 201, null, 201)]
    [TestCase("""{"access":["clerks"]}""", 201, null, 201)]
    [TestCase("""{"admin":true}""", 403, "sg admin required", 201)]
    public async Task The_sync_function_decides_who_may_write(string document, int status, string? reason, int forAdmin)
    {
        await using var emulated = await StartAsync();

        var answer = await emulated.Public.SendForAnswerAsync("PUT", "db/d", document, As("ann"));
        var admin = await emulated.Admin.PutAnswerAsync("db/other", document);

        Assert.That((answer.Status, (string?)answer.Json["reason"]), Is.EqualTo((status, reason)));
        Assert.That(admin.Status, Is.EqualTo(forAdmin), admin.Text);
    }

    [Test]
    public async Task A_conflict_is_detected_before_the_sync_function_runs_and_the_old_document_has_its_id()
    {
        await using var emulated = await StartAsync();
        var revision = (await emulated.Admin.PutAnswerAsync("db/d", """{"keep":true}""")).Revision;

        Assert.That((await emulated.Admin.PutAnswerAsync("db/d", """{"forbid":"no"}""")).Status, Is.EqualTo(409));
        Assert.That((await emulated.Admin.PutAnswerAsync($"db/d?rev={revision}", """{"keep":true,"x":1}""")).Status, Is.EqualTo(201));
    }

    [Test]
    public async Task After_a_grant_the_feed_lists_older_documents_of_the_channel()
    {
        await using var emulated = await StartAsync();
        await emulated.Admin.PutAnswerAsync("db/old", """{"channels":["B"]}""");
        await emulated.Admin.PutAnswerAsync("db/mine", """{"channels":["A"]}""");
        var before = await FeedAsync(emulated, "0");
        var grant = (await emulated.Admin.PutAnswerAsync("db/grant", """{"grant":{"to":"ann","channels":["B"]}}""")).Revision;
        var after = await FeedAsync(emulated, before.Last);
        await emulated.Admin.PutAnswerAsync("db/new", """{"channels":["B"]}""");
        var later = await FeedAsync(emulated, after.Last);
        await emulated.Admin.DeleteAnswerAsync($"db/grant?rev={grant}");

        Assert.That(before.Rows, Does.Contain("mine").And.Not.Contain("old"));
        Assert.That(after.Rows, Is.EqualTo(["old"]));
        Assert.That(after.Last, Does.Match("^[0-9]+:[0-9]+$"), "older rows have the grant's sequence in front");
        Assert.That(later.Rows, Is.EqualTo(["new"]));
        Assert.That((await emulated.Public.SendForAnswerAsync("GET", "db/new", null, As("ann"))).Status, Is.EqualTo(403), "the grant went with its document");
    }

    [Test]
    public async Task A_granted_role_grants_its_channels()
    {
        await using var emulated = await StartAsync();
        await emulated.Admin.PutAnswerAsync("db/_role/boss", """{"admin_channels":["secret"]}""");
        await emulated.Admin.PutAnswerAsync("db/s", """{"channels":"secret"}""");
        var before = (await emulated.Public.SendForAnswerAsync("GET", "db/s", null, As("ann"))).Status;
        await emulated.Admin.PutAnswerAsync("db/give", """{"give":{"to":["ann"],"roles":"role:boss"}}""");

        var user = (await emulated.Admin.GetAnswerAsync("db/_user/ann")).Json;
        Assert.That((before, (await emulated.Public.SendForAnswerAsync("GET", "db/s", null, As("ann"))).Status), Is.EqualTo((403, 200)));
        Assert.That(user["roles"]!.AsArray().Select(role => (string)role!), Is.EqualTo(["boss", "clerk"]));
        Assert.That(user["all_channels"]!.AsArray().Select(name => (string)name!), Is.EqualTo(["!", "A", "clerks", "secret"]));
    }

    [Test]
    public async Task A_document_that_left_a_channel_is_listed_as_removed_even_after_a_newer_revision()
    {
        await using var emulated = await StartAsync();
        var first = (await emulated.Admin.PutAnswerAsync("db/d", """{"channels":["A"],"secret":1}""")).Revision;
        var since = (await FeedAsync(emulated, "0")).Last;
        var second = (await emulated.Admin.PutAnswerAsync($"db/d?rev={first}", """{"channels":["B"],"secret":2}""")).Revision;
        var third = (await emulated.Admin.PutAnswerAsync($"db/d?rev={second}", """{"channels":["C"],"secret":3}""")).Revision;

        var row = (await emulated.Public.SendForAnswerAsync("GET", $"db/_changes?include_docs=true&since={since}", null, As("ann"))).Json["results"]!.AsArray().Single()!;
        var old = await emulated.Public.SendForAnswerAsync("GET", $"db/d?rev={third}", null, As("ann"));
        var listed = (await emulated.Public.SendForAnswerAsync("GET", "db/_all_docs", null, As("ann"))).Json["rows"]!.AsArray();

        Assert.That((string)row["changes"]![0]!["rev"]!, Is.EqualTo(second));
        Assert.That(row["removed"]!.ToJsonString(), Is.EqualTo("[\"A\"]"));
        Assert.That(row["doc"]!.ToJsonString(), Is.EqualTo($$"""{"_id":"d","_removed":true,"_rev":"{{second}}"}"""));
        Assert.That(old.Text, Is.EqualTo($$"""{"_id":"d","_removed":true,"_rev":"{{third}}"}"""));
        Assert.That(listed, Is.Empty);
    }

    private static async Task<Emulated> StartAsync()
    {
        var emulated = await Emulated.StartAsync(sync: Function);
        await emulated.Admin.PutAnswerAsync("db/_role/clerk", """{"admin_channels":["clerks"]}""");
        await emulated.Admin.PutAnswerAsync("db/_user/ann", """{"password":"letmein","admin_channels":["A"],"admin_roles":["clerk"]}""");
        return emulated;
    }

    private static async Task<(IReadOnlyList<string> Rows, string Last)> FeedAsync(Emulated emulated, string since)
    {
        var feed = (await emulated.Public.SendForAnswerAsync("GET", $"db/_changes?since={since}", null, As("ann"))).Json;
        return ([.. feed["results"]!.AsArray().Select(row => (string)row!["id"]!).Where(id => id[0] != '_')], (string)feed["last_seq"]!);
    }

    private static Action<HttpRequestMessage> As(string user) => request =>
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:letmein")));
}
