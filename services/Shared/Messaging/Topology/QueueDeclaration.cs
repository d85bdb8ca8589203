namespace OfflineActions.Messaging.Topology;

/// <summary>One queue as it must be on the broker.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Arguments">Its arguments. The broker refuses to declare a queue that exists with others.</param>
public sealed record QueueDeclaration(string Name, IReadOnlyDictionary<string, object> Arguments);
