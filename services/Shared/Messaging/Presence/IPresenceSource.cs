using OfflineActions.Contracts;

namespace OfflineActions.Messaging.Presence;

/// <summary>Knows what a service of this process does now, for <see cref="PresencePublisher"/>.</summary>
public interface IPresenceSource
{
    /// <summary>What it is: <c>gateway</c> or <c>worker</c>.</summary>
    string Service { get; }

    /// <summary>Adds what the service does now. It is called every few seconds and must be quick.</summary>
    ServicePresence Describe(ServicePresence presence);
}
