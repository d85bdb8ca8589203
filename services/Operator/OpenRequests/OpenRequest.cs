using Contracts;
using Operator.Actions;

namespace Operator.OpenRequests;

/// <summary>A document that asks for something.</summary>
/// <param name="Action">What it asks for.</param>
/// <param name="Keyspace">Where it is.</param>
/// <param name="Document">Its id.</param>
/// <param name="Revision">The revision that asks.</param>
internal sealed record OpenRequest(KnownAction Action, string Keyspace, string Document, string Revision)
{
    /// <summary>What a message about it says. When it was asked for, no document says, so it is as of now.</summary>
    public RequestReference Reference => new(Keyspace, Document, Revision, DateTimeOffset.UtcNow);
}
