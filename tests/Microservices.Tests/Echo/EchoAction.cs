using Contracts;

namespace Microservices.Tests.Echo;

/// <summary>A second action, as somebody would add it: a document with <c>"action": "echo_request"</c> gets its <c>text</c> back as <c>echo</c>.</summary>
public static class EchoAction
{
    public static ActionContract<EchoRequested> Contract { get; } = new(
        "echo",
        new ActionQueues("echo-requested"),
        reference => new EchoRequested
        {
            Keyspace = reference.Keyspace,
            DocumentId = reference.DocumentId,
            Revision = reference.Revision,
            RequestedAt = reference.RequestedAt,
        },
        message => new RequestReference(message.Keyspace, message.DocumentId, message.Revision, message.RequestedAt));
}
