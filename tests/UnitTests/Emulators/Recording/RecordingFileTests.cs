using OfflineActions.Emulators.Recording;
using OfflineActions.Emulators.Replay;

namespace OfflineActions.Tests.Emulators.Recording;

public sealed class RecordingFileTests
{
    private const string Start =
        """{"format":"sync-gateway-exchanges","version":1,"startedAt":"2026-01-01T00:00:00Z","server":"x","credentials":"masked"}""";

    private const string One =
        """{"n":1,"port":"public","at":0,"ms":1,"ended":"complete","request":{"method":"GET","target":"/","headers":[["Host","x"]]}}""";

    private const string Cut = "recording.jsonl ends without its last line: the recorder was killed, or the file was cut. "
        + "To replay what is there, append the line ";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recording-");

    [OneTimeTearDown]
    public void Delete() => folder.Delete(recursive: true);

    [Test]
    public void A_recording_is_read_in_the_order_of_its_requests() =>
        Assert.That(
            RecordingFile.Read(Write(Start, One.Replace("\"n\":1", "\"n\":2"), One, """{"exchanges":2}""")).Select(one => one.N),
            Is.EqualTo(new[] { 1, 2 }));

    [TestCase("", "recording.jsonl is empty.")]
    [TestCase("no JSON", "recording.jsonl, line 1: not valid JSON, see line 1, byte 2")]
    [TestCase("{}", "recording.jsonl, line 1: 'format', 'version', 'startedAt', 'server', 'credentials' is missing")]
    [TestCase("null", "recording.jsonl, line 1: null is no object.")]
    [TestCase(One, "recording.jsonl, line 1: 'n' is not known")]
    [TestCase(Start, Cut + "{\"exchanges\":0}")]
    [TestCase(Start + "\n" + One, Cut + "{\"exchanges\":1}")]
    [TestCase(Start + "\n" + One + "\n{\"n\":2,\"port\":\"pub", "recording.jsonl, line 3: ")]
    [TestCase(Start + "\n" + One + "\n{\"exchanges\":2}", "recording.jsonl, line 3: the recording had 2 exchanges, but 1 are there.")]
    [TestCase(Start + "\n{\"exchanges\":0}\n" + One, "recording.jsonl, line 3: nothing may follow the last line of a recording.")]
    [TestCase("""{"format":"sync-gateway-exchanges","version":2,"startedAt":"2026-01-01T00:00:00Z","server":"x","credentials":"masked"}""",
        "recording.jsonl, line 1: a sync-gateway-exchanges of version 2; this is for sync-gateway-exchanges of version 1.")]
    [TestCase(Start + """
        {"n":1,"port":"public","at":0,"ms":1,"ended":"complete","request":{"method":"GET","target":"/","headers":[["Host"]]}}
        """, "recording.jsonl, line 2: a header must be an array of its name and its value.")]
    [TestCase(Start + """
        {"n":1,"port":"public","at":0,"ms":1,"ended":"complete","request":{"method":"GET","target":"/","headers":[],"body":{"base64":"%"}}}
        """, "recording.jsonl, line 2: ")]
    public async Task A_damaged_recording_ends_a_replay_with_the_line_and_code_65(string content, string message)
    {
        content = content.Replace("}{\"n\"", "}\n{\"n\"", StringComparison.Ordinal);
        using var errors = new StringWriter();

        var code = await ReplayProcess.RunAsync(Write(content), Options, TextWriter.Null, errors);

        Assert.That(errors.ToString(), Does.Contain(message).And.Not.Contain("   at "));
        Assert.That(code, Is.EqualTo(65));
    }

    [Test]
    public async Task A_missing_recording_ends_a_replay_with_code_66()
    {
        using var errors = new StringWriter();

        Assert.That(await ReplayProcess.RunAsync("/nowhere/at.all", Options, TextWriter.Null, errors), Is.EqualTo(66));
        Assert.That(errors.ToString(), Does.Contain("/nowhere/at.all"));
    }

    [Test]
    public async Task A_server_that_cannot_be_reached_ends_a_replay_with_code_69()
    {
        using var errors = new StringWriter();

        var path = Write(Start, One, """{"exchanges":1}""");

        Assert.That(await ReplayProcess.RunAsync(path, Options, TextWriter.Null, errors), Is.EqualTo(69));
        Assert.That(errors.ToString(), Does.StartWith("http://127.0.0.1:1/ or http://127.0.0.1:1/ cannot be reached: "));
    }

    [Test]
    public void A_recording_is_never_overwritten()
    {
        var path = Write("precious");

        Assert.Throws<IOException>(() => Recorder.Create(path, "x", keepCredentials: false));
        Assert.That(File.ReadAllText(path), Is.EqualTo("precious\n"));
    }

    private static ReplayOptions Options => new(
        new("http://127.0.0.1:1"),
        new("http://127.0.0.1:1"),
        new Dictionary<string, string>(),
        new HashSet<string>(),
        TimeSpan.FromSeconds(1));

    private string Write(params string[] lines)
    {
        var path = Path.Combine(folder.FullName, "recording.jsonl");
        File.WriteAllText(path, lines is [""] ? "" : string.Join('\n', lines.Select(line => line.Trim())) + "\n");
        return path;
    }
}
