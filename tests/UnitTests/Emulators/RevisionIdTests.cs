using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Tests.Emulators;

/// <summary>Revision ids equal those of a real Sync Gateway for the same edits.</summary>
public sealed class RevisionIdTests
{
    [TestCase("""{"foo":"bar"}""", "1-cd809becc169215072fd567eebd8b8de")]
    [TestCase("""{"prop":true}""", "1-45ca73d819d5b1c9b8eea95290e79004")]
    [TestCase("""{"channel":["PBS"]}""", "1-82214a562e80c8fa7b2361719847bc73")]
    [TestCase("""{"channel":["ABC"]}""", "1-0143105976caafbda3b90cf82948dc64")]
    [TestCase("{}", "1-ca9ad22802b66f662ff171f226211d5c")]
    [TestCase("""{"h":"<b>&"}""", "1-361321cd9549b727afd4865b6b6b0714")]
    [TestCase("""{"n":1}""", "1-50133ddd8e49efad34ad9ecae4cb9907")]
    [TestCase("""{"n":1.0}""", "1-d457171383f854fbee29af282bd209a6")]
    [TestCase("""{ "_exp":0, "_id":"d", "foo" : "bar", "_attachments":{"a":{"data":"aGk="}} }""", "1-cd809becc169215072fd567eebd8b8de")]
    public async Task A_first_revision_is_the_digest_of_the_canonical_body(string body, string revision)
    {
        await using var emulated = await Emulated.StartAsync();

        Assert.That((await emulated.Admin.PutAnswerAsync("db/d", body)).Revision, Is.EqualTo(revision));
    }

    [Test]
    public async Task No_revision_follows_one_of_the_largest_generation()
    {
        await using var emulated = await Emulated.StartAsync();
        const string Largest = """{"new_edits":false,"docs":[{"_id":"d","_revisions":{"start":2147483647,"ids":["a"]}}]}""";
        await emulated.Admin.PostAnswerAsync("db/_bulk_docs", Largest);

        var next = await emulated.Admin.PutAnswerAsync("db/d?rev=2147483647-a", "{}");

        Assert.That(next.Error, Is.EqualTo((400, "Bad Request", "Invalid revision ID")));
        Assert.That((string?)(await emulated.Admin.GetAnswerAsync("db/d")).Json["_rev"], Is.EqualTo("2147483647-a"));
    }

    [TestCase("""{"foo":"bar"}""", """{"foo":"bar"}""", "2-6433ff70e11791fcb7fdf16746f4b9e7")]
    [TestCase("""{"channel":["ABC"]}""", "{}", "2-09b89154aa9a0e1620da0d86528d406a")]
    [TestCase("""{"prop":true}""", """{"prop":false}""", "2-a2ecaf8d066a3a568974c2e2f14d9e73")]
    [TestCase("""{"channel":["ABC"]}""", null, "2-6055be21d970eb690f48452505ea02ed")]
    [TestCase("""{"prop":true}""", null, "2-cc1f2c4236dd61f39746c6fa77e4ba07")]
    [TestCase("""{"prop":true}""", """{"_deleted":true}""", "2-cc1f2c4236dd61f39746c6fa77e4ba07")]
    public async Task A_later_revision_id_also_depends_on_the_parent(string first, string? second, string revision)
    {
        await using var emulated = await Emulated.StartAsync();
        var parent = (await emulated.Admin.PutAnswerAsync("db/d", first)).Revision;

        var answer = await emulated.Admin.SendForAnswerAsync(second is null ? "DELETE" : "PUT", $"db/d?rev={parent}", second);

        Assert.That(answer.Revision, Is.EqualTo(revision));
    }

    [Test]
    public async Task Deleting_a_missing_document_and_reviving_a_tombstone_make_the_known_ids()
    {
        await using var emulated = await Emulated.StartAsync();
        var first = (await emulated.Admin.PutAnswerAsync("db/d", """{"prop":true}""")).Revision;
        await emulated.Admin.DeleteAnswerAsync($"db/d?rev={first}");

        Assert.That((await emulated.Admin.DeleteAnswerAsync("db/ghost")).Revision, Is.EqualTo("1-2cac91faf7b3f5e5fd56ff377bdb5466"));
        Assert.That((await emulated.Admin.PutAnswerAsync("db/d", """{"prop":true}""")).Revision, Is.EqualTo("3-5a62fa5f730899450496d3ae6a60751c"));
    }

    [Test]
    public void The_digest_is_an_MD5()
    {
        var text = new byte[300];
        new Random(1).NextBytes(text);
        var digest = new byte[Md5.Size];
        for (var length = 0; length <= text.Length; length++)
        {
            Md5.Hash(text.AsSpan(0, length), digest);

            Assert.That(Convert.ToHexStringLower(digest), Is.EqualTo(Reference(text.AsSpan(0, length))), $"{length} bytes");
        }
    }

    [TestCase("1-cd809becc169215072fd567eebd8b8de")]
    [TestCase("2147483647-000000000000000000000000000000ff")]
    [TestCase("12-ABC")]
    [TestCase("3-cd809becc169215072fd567eebd8b8dE")]
    [TestCase("4-x-y")]
    public void An_id_is_read_and_written(string id)
    {
        Assert.That(RevisionId.Parse(id).ToString(), Is.EqualTo(id));
        var (generation, high, low, other) = RevisionId.Parse(id);
        Assert.That(new RevisionId(generation, high, low, other), Is.EqualTo(RevisionId.Parse(id)));
    }

    // U+FF61 is EF BD A1 in UTF-8 and sorts before U+1F600, F0 9F 98 80; in UTF-16 it is the other way round.
    [TestCase("{\"\U0001F600\":1,\"\uFF61\":2,\"_a\":3,\"Z\":4}", "{\"Z\":4,\"_a\":3,\"_id\":\"d\",\"_rev\":\"REV\",\"\uFF61\":2,\"\U0001F600\":1}")]
    [TestCase("""{"a":{"z":1,"a":[{"y":1,"x":2}]}}""", """{"_id":"d","_rev":"REV","a":{"a":[{"x":2,"y":1}],"z":1}}""")]
    [TestCase("""{"a":1,"b":2,"a":3}""", """{"_id":"d","_rev":"REV","a":3,"b":2}""")]
    [TestCase("""{"a":"\/\u00e9\u0041\n\u0001\u007f\"\\"}""", "{\"_id\":\"d\",\"_rev\":\"REV\",\"a\":\"/éA\\n\\u0001\u007f\\\"\\\\\"}")]
    [TestCase("""{"a":"\u2028\ud83d\ude00\ud800x"}""", "{\"_id\":\"d\",\"_rev\":\"REV\",\"a\":\"\\u2028\U0001F600\uFFFDx\"}")]
    [TestCase("""{"n":[1e2,1E+2,-0,0.10,12345678901234567890.10]}""", """{"_id":"d","_rev":"REV","n":[1e2,1E+2,-0,0.10,12345678901234567890.10]}""")]
    public async Task A_document_is_returned_as_canonical_JSON_with_unchanged_numbers(string body, string canonical)
    {
        await using var emulated = await Emulated.StartAsync();
        var revision = (await emulated.Admin.PutAnswerAsync("db/d", body)).Revision;

        Assert.That((await emulated.Admin.GetAnswerAsync("db/d")).Text, Is.EqualTo(canonical.Replace("REV", revision, StringComparison.Ordinal)));
    }

    [SuppressMessage("Security", "CA5351", Justification = "The protocol's digest, not used for security.")]
    private static string Reference(ReadOnlySpan<byte> text) => Convert.ToHexStringLower(MD5.HashData(text));
}
