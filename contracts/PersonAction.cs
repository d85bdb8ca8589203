namespace Contracts;

/// <summary>The example action: a document with <c>"action": "person_request"</c> gets a Star Wars person.</summary>
public static class PersonAction
{
    /// <summary>What the gateway and the worker agree on about it.</summary>
    public static ActionContract<PersonRequested> Contract { get; } = new(
        "person",
        new ActionQueues("person-requested"),
        reference => new PersonRequested
        {
            Keyspace = reference.Keyspace,
            DocumentId = reference.DocumentId,
            Revision = reference.Revision,
            RequestedAt = reference.RequestedAt,
        },
        message => new RequestReference(message.Keyspace, message.DocumentId, message.Revision, message.RequestedAt));
}
