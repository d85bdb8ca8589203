using System.Net.Http.Headers;
using System.Text;

namespace OfflineActions.Tests.Emulators;

/// <summary>What a sync function may say and use, and what becomes of it.</summary>
public sealed class SyncFunctionRuleTests
{
    private const string Failed = "Exception in JS sync function";

    [TestCase("throw({forbidden: 'no'})", 403, "no")]
    [TestCase("throw({unauthorized: 'who?'})", 401, "who?")]
    [TestCase("throw({forbidden: 5})", 403, "5")]
    [TestCase("throw({forbidden: '100% of %d'})", 403, "100%!o(MISSING)f %!d(MISSING)")]
    [TestCase("throw({forbidden: ''})", 500, Failed)]
    [TestCase("throw({message: 'no'})", 500, Failed)]
    [TestCase("throw 'no'", 500, Failed)]
    [TestCase("throw null", 500, Failed)]
    [TestCase("throw new Error('no')", 500, Failed)]
    [TestCase("nosuch()", 500, Failed)]
    [TestCase("console.warn('no')", 500, Failed)]
    [TestCase("while (true) { }", 500, Failed)]
    [TestCase("reject(418, 'tea')", 418, "tea")]
    [TestCase("reject(409)", 409, "")]
    [TestCase("reject(403, 'first'); reject(401, 'second')", 403, "first")]
    [TestCase("reject(200, 'ok')", 201, null)]
    [TestCase("role('ann', 'boss')", 500, Failed)]
    [TestCase("role('ann', 'role:boss')", 201, null)]
    [TestCase("role(null, 'boss')", 201, null)]
    [TestCase("channel('a,b')", 500, Failed)]
    [TestCase("channel('')", 500, Failed)]
    [TestCase("channel(1, null, undefined, {}, ['a', 2, ['b,c']])", 201, null)]
    [TestCase("access('ann', 'a,b')", 500, Failed)]
    [TestCase("access('ann', '*')", 201, null)]
    [TestCase("expiry('nonsense'); expiry(-1); expiry(null); expiry()", 201, null)]
    [TestCase("console.log(doc._id); console.error(doc); log('x', 1)", 201, null)]
    [TestCase("if (_.size(doc.list) !== 2) throw({forbidden: 'size'})", 201, null)]
    [TestCase("if (doc.z !== undefined || !('z' in doc)) throw({forbidden: 'z'})", 201, null)]
    [TestCase("if (typeof doc.big !== 'string' || typeof doc.n !== 'number') throw({forbidden: typeof doc.big})", 201, null)]
    [TestCase("doc.list.push(3)", 500, Failed)]
    [TestCase("doc.list[2] = 3; doc.list.length = 0; if (doc.list.length !== 2) throw({forbidden: 'length'})", 201, null)]
    [TestCase("if (JSON.stringify({b: '<', a: 1}) !== '{\"a\":1,\"b\":\"\\\\u003c\"}') throw({forbidden: JSON.stringify({b: '<', a: 1})})", 201, null)]
    public async Task A_sync_function_does_as_in_Sync_Gateway(string body, int status, string? reason)
    {
        await using var emulated = await Emulated.StartAsync(sync: $"function(doc, oldDoc, meta) {{ {body} }}; // and more");

        var answer = await emulated.Admin.PutAnswerAsync("db/d", """{"list":[1,2],"z":null,"n":5,"big":9007199254740993}""");

        Assert.That((answer.Status, (string?)answer.Json["reason"]), Is.EqualTo((status, reason)));
    }

    [TestCase("requireAccess('A')", 403)]
    [TestCase("requireAccess(['A', '*'])", 201)]
    public async Task Access_to_all_channels_is_not_access_to_a_named_one(string body, int status)
    {
        await using var emulated = await Emulated.StartAsync(sync: $"function(doc) {{ {body} }}");
        await emulated.Admin.PutAnswerAsync("db/_user/all", """{"password":"letmein","admin_channels":["*"]}""");

        var answer = await emulated.Public.SendForAnswerAsync("PUT", "db/d", "{}", request =>
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("all:letmein"))));

        Assert.That(answer.Status, Is.EqualTo(status));
    }
}
