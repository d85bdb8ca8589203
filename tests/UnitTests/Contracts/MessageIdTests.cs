using OfflineActions.Contracts;

namespace OfflineActions.Tests.Contracts;

public sealed class MessageIdTests
{
    private static readonly ActionRequested Message = Create("db", "hello", "1-a");

    [Test]
    public void The_same_request_has_the_same_id_whenever_it_is_seen() =>
        Assert.That((Message with { RequestedAt = DateTimeOffset.MaxValue }).MessageId, Is.EqualTo(Message.MessageId));

    [Test]
    public void The_id_of_a_request_never_changes_from_one_version_to_the_next() =>
        Assert.That(Message.MessageId, Is.EqualTo(Guid.Parse("79182a19-e628-8893-8f52-9f6adf5d6d6b")));

    [TestCase("db2", "hello", "1-a")]
    [TestCase("db", "hello2", "1-a")]
    [TestCase("db", "hello", "2-a")]
    [TestCase("db", "a\n1-", "1-a")]
    public void Another_request_has_another_id(string keyspace, string id, string revision) =>
        Assert.That(
            Create(keyspace, id, revision).MessageId,
            Is.Not.EqualTo(Message.MessageId));

    [Test]
    public void It_says_that_it_is_a_uuid_of_version_8()
    {
        var id = Message.MessageId;

        Assert.That((id.Version, id.Variant & 0xC), Is.EqualTo((8, 8)));
    }

    private static ActionRequested Create(string keyspace, string id, string revision) =>
        ActionCatalog.Default.Actions[0].CreateMessage(keyspace, id, revision, DateTimeOffset.UnixEpoch);
}
