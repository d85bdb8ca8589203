using Contracts;

namespace Microservices.Tests.Contracts;

public sealed class MessageIdTests
{
    private static readonly RequestReference Reference = new("db", "hello", "1-a", DateTimeOffset.UnixEpoch);

    [Test]
    public void The_same_request_has_the_same_id_whenever_it_is_seen() =>
        Assert.That((Reference with { RequestedAt = DateTimeOffset.MaxValue }).MessageId, Is.EqualTo(Reference.MessageId));

    [Test]
    public void The_id_of_a_request_never_changes_from_one_version_to_the_next() =>
        Assert.That(Reference.MessageId, Is.EqualTo(Guid.Parse("79182a19-e628-8893-8f52-9f6adf5d6d6b")));

    [TestCase("db2", "hello", "1-a")]
    [TestCase("db", "hello2", "1-a")]
    [TestCase("db", "hello", "2-a")]
    [TestCase("db", "a\n1-", "1-a")]
    public void Another_request_has_another_id(string keyspace, string id, string revision) =>
        Assert.That(
            new RequestReference(keyspace, id, revision, DateTimeOffset.UnixEpoch).MessageId,
            Is.Not.EqualTo(Reference.MessageId));

    [Test]
    public void It_says_that_it_is_a_uuid_of_version_8()
    {
        var id = Reference.MessageId;

        Assert.That((id.Version, id.Variant & 0xC), Is.EqualTo((8, 8)));
    }
}
