namespace OfflineActions.Tests.Emulators;

/// <summary>What Sync Gateway refuses of a user or a role, and in which order.</summary>
public sealed class PrincipalAnswerTests
{
    private const string Empty = "Internal error: UpdatePrincipal: cannot create principal with empty name";

    [TestCase("PUT", "_user/---", """{"password":"letmein"}""", 400, "invalid name \"---\"")]
    [TestCase("PUT", "_role/%20", "{}", 400, "invalid name \" \"")]
    [TestCase("PUT", "_user/a%FF", """{"password":"letmein"}""", 400, "invalid name \"a\\xff\"")]
    [TestCase("POST", "_user/", """{"name":"","password":"letmein"}""", 409, "Already exists")]
    [TestCase("POST", "_user/", """{"name":"GUEST"}""", 409, "Already exists")]
    [TestCase("POST", "_role/", """{"name":""}""", 500, Empty)]
    [TestCase("PUT", "_role/GUEST", "{}", 500, Empty)]
    [TestCase("PUT", "_user/u", """{"password":"letmein","admin_channels":["A,B",""]}""", 400, "Illegal channel name \"\"")]
    [TestCase("PUT", "_user/u", """{"password":"letmein","admin_channels":["A,B","C"]}""", 400, "Illegal channel name \"A,B\"")]
    [TestCase("PUT", "_role/r", """{"admin_channels":["A,B"]}""", 400, "Illegal channel name \"A,B\"")]
    [TestCase("PUT", "_user/u", """{"password":"letmein","admin_roles":["ok","no,t"]}""", 400, "Invalid role name \"no,t\"")]
    [TestCase("PUT", "_user/u", """{"password":"letmein","all_channels":["A"]}""", 400, "all_channels is read-only")]
    [TestCase("PUT", "_user/worker", """{"all_channels":["!"]}""", 400, "all_channels is read-only")]
    [TestCase("PUT", "_role/clerks", """{"all_channels":["!","B"]}""", 400, "all_channels is read-only")]
    [TestCase("PUT", "_user/worker", """{"roles":["boss"]}""", 400, "roles is read-only")]
    [TestCase("PUT", "_user/u", """{"all_channels":["A"]}""", 400, "Error creating user: Empty passwords are not allowed ")]
    [TestCase("PUT", "_user/worker", """{"collection_access":{"s":{"c":{"admin_channels":["A"]}}}}""", 404, "keyspace specified in collection_access (db.s.c) not found")]
    [TestCase("PUT", "_user/worker", """{"collection_access":{"_default":{"_default":{"all_channels":["A"]}}}}""", 400, "collection_access.all_channels is read-only")]
    [TestCase("PUT", "_user/worker", """{"collection_access":{"_default":{"_default":{"jwt_channels":["A"]}}}}""", 400, "collection_access.jwt_channels is read-only")]
    public async Task A_refused_user_or_role_is_not_saved(string method, string path, string body, int status, string reason)
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/_role/clerks", """{"admin_channels":["A"]}""");

        var answer = await emulated.Admin.SendForAnswerAsync(method, "db/" + path, body);

        var error = status switch { 404 => "not_found", 409 => "conflict", 500 => "Internal Server Error", _ => "Bad Request" };
        Assert.That(answer.Error, Is.EqualTo((status, error, reason)));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/_user/")).Text, Is.EqualTo("""["worker"]"""));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/_role/")).Text, Is.EqualTo("""["clerks"]"""));
    }

    [Test]
    public async Task What_was_read_can_be_written_back()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/_role/clerks", """{"admin_channels":["A"]}""");
        await emulated.Admin.PutAnswerAsync("db/_user/ann", """{"password":"letmein","admin_channels":["B"]}""");

        var user = await emulated.Admin.GetAnswerAsync("db/_user/ann");
        var role = await emulated.Admin.GetAnswerAsync("db/_role/clerks");

        Assert.That((await emulated.Admin.PutAnswerAsync("db/_user/ann", user.Text)).Status, Is.EqualTo(200));
        Assert.That((await emulated.Admin.PutAnswerAsync("db/_role/clerks", role.Text)).Status, Is.EqualTo(200));
    }

    [TestCase("ann@example.com", "ann@example.com")]
    [TestCase("", "")]
    [TestCase("no address", "old@x")]
    [TestCase("a@b@c", "old@x")]
    [TestCase("@b", "old@x")]
    public async Task An_address_that_is_none_is_left_out(string email, string kept)
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/_user/ann", """{"password":"letmein","email":"old@x"}""");

        Assert.That((await emulated.Admin.PutAnswerAsync("db/_user/ann", $$"""{"email":"{{email}}"}""")).Status, Is.EqualTo(200));
        Assert.That((string?)(await emulated.Admin.GetAnswerAsync("db/_user/ann")).Json["email"], Is.EqualTo(kept));
    }
}
