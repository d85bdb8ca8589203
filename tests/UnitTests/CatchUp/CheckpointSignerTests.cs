using System.Text.Json.Nodes;
using OfflineActions.Gateway.CatchUp;

namespace OfflineActions.Tests.CatchUp;

public sealed class CheckpointSignerTests
{
    private static readonly Checkpoint Checkpoint = new("12::15", "marker", "holder", "", "id", ["a_request", "b_request"]);

    private static readonly CheckpointSigner Signer = new("db", "a password for tests");

    [Test]
    public void A_checkpoint_is_read_back()
    {
        var read = Signer.Read(Signer.Write(Checkpoint))!;

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
    public void A_changed_checkpoint_is_not_accepted(string name, string value)
    {
        var document = Signer.Write(Checkpoint);
        document[name] = JsonNode.Parse(value);

        Assert.That(Signer.Read(document), Is.Null);
    }

    [TestCase("db", "another password, longer")]
    [TestCase("other", "a password for tests")]
    public void A_checkpoint_signed_for_another_keyspace_or_password_is_not_accepted(string keyspace, string password) =>
        Assert.That(new CheckpointSigner(keyspace, password).Read(Signer.Write(Checkpoint)), Is.Null);
}
