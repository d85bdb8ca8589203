namespace OfflineActions.Tests.Emulators;

/// <summary>A revision keeps the attachments whose stubs it contains.</summary>
public sealed class AttachmentTests
{
    private const string Hi = """{"_attachments":{"a.txt":{"data":"aGk=","content_type":"text/plain"}}}""";
    private const string Stub = """{"a.txt":{"content_type":"text/plain","digest":"sha1-witfkXg0JglCjW9RssWvTAveakI=","length":2,"revpos":1,"stub":true}}""";

    [Test]
    public async Task An_inline_attachment_becomes_a_stub()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/d", Hi);

        var document = (await emulated.Admin.GetAnswerAsync("db/d")).Json;
        var whole = (await emulated.Admin.GetAnswerAsync("db/d?attachments=true")).Json;
        var alone = await emulated.Admin.GetAnswerAsync("db/d/a.txt");

        Assert.That(document["_attachments"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }), Is.EqualTo(Stub));
        Assert.That((string)whole["_attachments"]!["a.txt"]!["data"]!, Is.EqualTo("aGk="));
        Assert.That((alone.Text, alone.ContentHeaders.ContentType!.ToString()), Is.EqualTo(("hi", "text/plain")));
    }

    [Test]
    public async Task An_echoed_stub_keeps_the_attachment_and_an_omitted_one_drops_it()
    {
        await using var emulated = await Emulated.StartAsync();
        var first = (await emulated.Admin.PutAnswerAsync("db/d", Hi)).Revision;

        var second = (await emulated.Admin.PutAnswerAsync($"db/d?rev={first}", """{"x":1,"_attachments":{"a.txt":{"stub":true}}}""")).Revision;
        var kept = (await emulated.Admin.GetAnswerAsync("db/d")).Json["_attachments"]!["a.txt"]!;
        await emulated.Admin.PutAnswerAsync($"db/d?rev={second}", """{"x":2}""");
        var dropped = (await emulated.Admin.GetAnswerAsync("db/d")).Json["_attachments"];

        Assert.That(((int)kept["revpos"]!, (int)kept["length"]!), Is.EqualTo((1, 2)));
        Assert.That(dropped, Is.Null);
        Assert.That((await emulated.Admin.GetAnswerAsync("db/d/a.txt")).Error, Is.EqualTo((404, "not_found", "missing attachment a.txt")));
    }

    [TestCase("!!", 0)]
    [TestCase("A", 0)]
    [TestCase("AA", 0)]
    [TestCase("AAA", 0)]
    [TestCase("AAAAA", 4)]
    [TestCase("AAAAAA", 4)]
    [TestCase("aGk", 0)]
    [TestCase("=", 0)]
    [TestCase("A=", 1)]
    [TestCase("A===", 1)]
    [TestCase("AA=", 3)]
    [TestCase("AA=A", 2)]
    [TestCase("AA===", 4)]
    [TestCase("AA==A", 4)]
    [TestCase("AAA=A", 4)]
    [TestCase("AAA==", 4)]
    [TestCase("AAAA=", 4)]
    [TestCase("AAAA====", 4)]
    [TestCase("AAAAAAAAAAA!", 11)]
    [TestCase("aGk= ", 4)]
    [TestCase("a Gk=", 1)]
    [TestCase("aG-_", 2)]
    [TestCase("é", 0)]
    [TestCase("aéGk", 1)]
    [TestCase(@"AA\n=", 4)]
    [TestCase(@"AA=\n", 4)]
    [TestCase(@"AA=\nA", 3)]
    [TestCase(@"AA=\n=\nA", 6)]
    [TestCase(@"AAA\n", 1)]
    public async Task Bad_base64_is_an_internal_error_that_names_the_byte(string data, int at)
    {
        await using var emulated = await Emulated.StartAsync();

        var answer = await emulated.Admin.PutAnswerAsync("db/d", $$$$"""{"_attachments":{"a":{"data":"{{{{data}}}}"}}}""");

        Assert.That((answer.Status, answer.Text), Is.EqualTo((500, $$"""{"error":"Internal Server Error","reason":"Internal error: illegal base64 data at input byte {{at}}"}""")));
    }

    [TestCase("", "")]
    [TestCase("aGk=", "hi")]
    [TestCase("aGl=", "hi")]
    [TestCase("aR==", "i")]
    [TestCase(@"aG\r\nk\n=\n", "hi")]
    [TestCase(@"a\nQ=\r=", "i")]
    [TestCase("aGkgaGkgaGkgaGkg", "hi hi hi hi ")]
    public async Task Base64_may_have_line_breaks_and_unused_bits(string data, string text)
    {
        await using var emulated = await Emulated.StartAsync();

        await emulated.Admin.PutAnswerAsync("db/d", $$$$"""{"_attachments":{"a":{"data":"{{{{data}}}}"}}}""");

        Assert.That((await emulated.Admin.GetAnswerAsync("db/d/a")).Text, Is.EqualTo(text));
    }

    [TestCase("""{"a":{"data":7}}""", "invalid attachment data (type json.Number)")]
    [TestCase("""{"a":{"data":true}}""", "invalid attachment data (type bool)")]
    [TestCase("""{"a":{"data":[]}}""", "invalid attachment data (type []interface {})")]
    [TestCase("""{"a":{"data":{}}}""", "invalid attachment data (type map[string]interface {})")]
    [TestCase("""{"a":{"data":null}}""", "Missing data of attachment \"a\"")]
    [TestCase("""{"a":7}""", "Invalid _attachments")]
    public async Task Attachments_of_other_types_are_bad_requests(string attachments, string reason)
    {
        await using var emulated = await Emulated.StartAsync();

        var answer = await emulated.Admin.PutAnswerAsync("db/d", $$"""{"_attachments":{{attachments}}}""");

        Assert.That(answer.Error, Is.EqualTo((400, "Bad Request", reason)));
    }

    [TestCase("[1]")]
    [TestCase("7")]
    [TestCase("\"a\"")]
    [TestCase("null")]
    public async Task Attachments_that_are_no_object_count_as_none(string attachments)
    {
        await using var emulated = await Emulated.StartAsync();

        var answer = await emulated.Admin.PutAnswerAsync("db/d", $$"""{"_attachments":{{attachments}}}""");

        Assert.That((answer.Status, (await emulated.Admin.GetAnswerAsync("db/d")).Json["_attachments"]), Is.EqualTo((201, (object?)null)));
    }

    [Test]
    public async Task An_attachment_that_the_update_dropped_is_missing_in_the_old_revision()
    {
        await using var emulated = await Emulated.StartAsync();
        var first = (await emulated.Admin.PutAnswerAsync("db/d", Hi)).Revision;
        var second = (await emulated.Admin.PutAnswerAsync($"db/d?rev={first}", """{"_attachments":{"b.txt":{"data":"Ynll"}}}""")).Revision;

        var dropped = await emulated.Admin.GetAnswerAsync($"db/d/a.txt?rev={first}");
        var unknown = await emulated.Admin.GetAnswerAsync($"db/d/c.txt?rev={first}");
        var stub = (await emulated.Admin.GetAnswerAsync($"db/d?rev={first}")).Json["_attachments"]!["a.txt"]!["stub"]!;
        var whole = await emulated.Admin.GetAnswerAsync($"db/d?rev={first}&attachments=true");
        var open = await emulated.Admin.GetAnswerAsync($"db/d?open_revs=[\"{first}\"]");

        Assert.That((dropped.Status, dropped.Text), Is.EqualTo((404, """{"error":"not_found","reason":"missing"}""")));
        Assert.That(unknown.Error, Is.EqualTo((404, "not_found", "missing attachment c.txt")));
        Assert.That((bool)stub, Is.True);
        Assert.That(whole.Error, Is.EqualTo((404, "not_found", "missing")));
        Assert.That(open.Text, Is.EqualTo($"[\n{{\"missing\":\"{first}\"}}\n]"));
        Assert.That((await emulated.Admin.GetAnswerAsync($"db/d/b.txt?rev={second}")).Text, Is.EqualTo("bye"));
    }

    [Test]
    public async Task An_old_attachment_is_kept_as_long_as_the_document_has_the_same_data()
    {
        await using var emulated = await Emulated.StartAsync();
        var first = (await emulated.Admin.PutAnswerAsync("db/d", Hi)).Revision;

        var second = (await emulated.Admin.PutAnswerAsync($"db/d?rev={first}", """{"_attachments":{"other":{"data":"aGk="}}}""")).Revision;
        var kept = await emulated.Admin.GetAnswerAsync($"db/d/a.txt?rev={first}");
        await emulated.Admin.DeleteAnswerAsync($"db/d?rev={second}");
        var deleted = await emulated.Admin.GetAnswerAsync($"db/d/a.txt?rev={first}");
        await emulated.Admin.PutAnswerAsync("db/d", Hi);
        var again = await emulated.Admin.GetAnswerAsync($"db/d/a.txt?rev={first}");

        Assert.That((kept.Text, deleted.Status, again.Text), Is.EqualTo(("hi", 404, "hi")));
    }

    [Test]
    public async Task A_stub_without_data_anywhere_is_missing()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/d", """{"_attachments":{"a":{"stub":true,"digest":"sha1-x","revpos":1}}}""");

        Assert.That((await emulated.Admin.GetAnswerAsync("db/d/a")).Error, Is.EqualTo((404, "not_found", "missing")));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/d?attachments=true")).Error, Is.EqualTo((404, "not_found", "missing")));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/d")).Status, Is.EqualTo(200));
    }
}
