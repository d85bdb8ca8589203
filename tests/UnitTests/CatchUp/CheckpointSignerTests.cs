using System.Text.Json.Nodes;
using OfflineActions.Gateway.CatchUp;

namespace OfflineActions.Tests.CatchUp;

public sealed class CheckpointSignerTests
{
    private static readonly Checkpoint Checkpoint = new("12::15", "marker", "holder", "", "id", ["a_request", "b_request"]);

    private static readonly CheckpointSigner Seal = new("db", "a password for tests");

    [Test]
    public void What_was_sealed_is_read_back()
    {
        var read = Seal.Read(Seal.Write(Checkpoint))!;

        Assert.That(read with { Requests = Checkpoint.Requests }, Is.EqualTo(Checkpoint));
        Assert.That(read.Requests, Is.EqualTo(Checkpoint.Requests));
    }

    [TestCase("since", "\"13\"")]
    [TestCase("marker", "\"\"")]
    [TestCase("holder", "\"me\"")]
    [TestCase("channel", "\"x\"")]
    [TestCase("id", "\"other\"")]
    [TestCase("requests", "[\"a_request\"]")]
    [TestCase("requests", "[\"a_request\",7]")]
    [TestCase("signature", "\"\"")]
    [TestCase("signature", "\"not base64\"")]
    [TestCase("signature", "null")]
    public void What_was_changed_is_nothing(string name, string value)
    {
        var document = Seal.Write(Checkpoint);
        document[name] = JsonNode.Parse(value);

        Assert.That(Seal.Read(document), Is.Null);
    }

    [TestCase("db", "another password, longer")]
    [TestCase("other", "a password for tests")]
    public void What_another_seal_wrote_is_nothing(string keyspace, string password) =>
        Assert.That(new CheckpointSigner(keyspace, password).Read(Seal.Write(Checkpoint)), Is.Null);
}
