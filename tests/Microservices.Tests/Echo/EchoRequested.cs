namespace Microservices.Tests.Echo;

/// <summary>A revision of a document asks for an echo.</summary>
public sealed record EchoRequested
{
    public required string Keyspace { get; init; }

    public required string DocumentId { get; init; }

    public required string Revision { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }
}
