using System.Net.Http.Headers;
using System.Text;

namespace OfflineActions.Tests.Emulators;

/// <summary>Which port shows what to which user.</summary>
public sealed class AccessTests
{
    [Test]
    public async Task The_welcome_message_of_the_admin_port_says_so()
    {
        await using var emulated = await Emulated.StartAsync();

        var admin = (await emulated.Admin.GetAnswerAsync("")).Json;
        var open = (await emulated.Public.GetAnswerAsync("")).Json;
        var database = (await emulated.Public.GetAnswerAsync("db/")).Json;

        Assert.That(((string)admin["couchdb"]!, (bool)admin["ADMIN"]!), Is.EqualTo(("Welcome", true)));
        Assert.That(((string)open["vendor"]!["name"]!, open["ADMIN"]), Is.EqualTo(("Couchbase Sync Gateway", (object?)null)));
        Assert.That(((string)database["db_name"]!, (string)database["state"]!), Is.EqualTo(("db", "Online")));
        Assert.That((await emulated.Public.GetAnswerAsync("_all_dbs")).Error, Is.EqualTo((404, "not_found", "unknown URL")));
        Assert.That((await emulated.Admin.GetAnswerAsync("_all_dbs")).Text, Is.EqualTo("""["db"]"""));
    }

    [TestCase("PUT", "", 405, "GET, HEAD")]
    [TestCase("OPTIONS", "", 204, "GET, HEAD")]
    [TestCase("POST", "_ping", 405, "GET, HEAD")]
    [TestCase("POST", "db/d", 405, "GET, HEAD, PUT, DELETE")]
    [TestCase("DELETE", "db/_changes", 405, "GET, HEAD, POST")]
    public async Task A_wrong_method_is_answered_405_with_the_allowed_methods(string method, string path, int status, string allow)
    {
        await using var emulated = await Emulated.StartAsync();

        var answer = await emulated.Admin.SendForAnswerAsync(method, path);

        Assert.That((answer.Status, string.Join(", ", answer.ContentHeaders.Allow)), Is.EqualTo((status, allow)));
    }

    [Test]
    public async Task A_ping_answers_without_credentials_and_a_database_needs_its_slash()
    {
        await using var emulated = await Emulated.StartAsync(guest: false);
        using var direct = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = emulated.Gateway.AdminUrl };

        Assert.That(await emulated.Public.GetAnswerAsync("_ping") is { Status: 200, Text: "OK" }, Is.True);
        Assert.That((await direct.GetAnswerAsync("db")).Status, Is.EqualTo(301));
        Assert.That((await emulated.Admin.GetAnswerAsync("other/d")).Error, Is.EqualTo((404, "not_found", "no such database \"other\"")));
    }

    [Test]
    public async Task Without_GUEST_the_public_port_requires_a_password_and_reveals_no_database()
    {
        await using var emulated = await Emulated.StartAsync(guest: false);

        var nobody = await emulated.Public.GetAnswerAsync("db/d");
        var unknown = await emulated.Public.GetAnswerAsync("other/d");
        var wrong = await emulated.Public.SendForAnswerAsync("GET", "db/d", null, Login("worker", "guess"));
        var right = await emulated.Public.SendForAnswerAsync("PUT", "db/d", "{}", Login("worker", "secret"));
        var feed = await emulated.Public.SendForAnswerAsync("GET", "db/_changes", null, Login("worker", "secret"));

        Assert.That(nobody.Error, Is.EqualTo((401, "Unauthorized", "Login required")));
        Assert.That(nobody.Headers.WwwAuthenticate.ToString(), Is.EqualTo("Basic realm=\"Couchbase Sync Gateway\""));
        Assert.That(unknown.Error, Is.EqualTo((401, "Unauthorized", "Login required")));
        Assert.That(wrong.Error, Is.EqualTo((401, "Unauthorized", "Invalid login")));
        Assert.That(right.Status, Is.EqualTo(201));
        Assert.That((string)feed.Json["results"]![0]!["id"]!, Is.EqualTo("_user/worker"));
    }

    private static Action<HttpRequestMessage> Login(string user, string password) => request =>
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
}
