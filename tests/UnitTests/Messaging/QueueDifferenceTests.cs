using OfflineActions.Messaging.Topology;

namespace OfflineActions.Tests.Messaging;

public sealed class QueueDifferenceTests
{
    [Test]
    public void A_refused_declaration_is_explained() =>
        Assert.That(
            QueueDifference.Explain(
                "PRECONDITION_FAILED - inequivalent arg 'x-delivery-limit' for queue 'person-requested' in vhost '/': "
                + "received the value '5' of type 'signedint' but current is the value '3' of type 'signedint'"),
            Does.StartWith(
                "queue 'person-requested' exists, but its x-delivery-limit is the value '3' of type 'signedint', and this version wants "
                + "the value '5' of type 'signedint'."));

    [Test]
    public void Any_other_refusal_is_passed_on_unchanged() =>
        Assert.That(QueueDifference.Explain("PRECONDITION_FAILED - else"), Is.EqualTo("PRECONDITION_FAILED - else"));
}
