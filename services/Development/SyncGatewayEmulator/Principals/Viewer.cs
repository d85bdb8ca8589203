using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Principals;

/// <summary>A user with everything it has at one moment. An administrator is no viewer: nothing is kept from it.</summary>
/// <param name="User">The user.</param>
/// <param name="Channels">All its channels, each with the sequence since when it has it.</param>
/// <param name="Roles">All its roles, likewise.</param>
internal sealed record Viewer(User User, IReadOnlyDictionary<string, long> Channels, IReadOnlyDictionary<string, long> Roles)
{
    public const string Star = "*";

    public bool SeesAll => Channels.ContainsKey(Star);

    public bool CanSee(SyncOutcome outcome) => SeesAll || outcome.Channels.Any(Channels.ContainsKey);

    /// <summary>What the sync function is told of who writes, as JSON.</summary>
    public byte[] Describe()
    {
        var output = new Utf8Buffer().Append("{\"name\":"u8).Text(User.IsGuest ? "" : User.Name).Append(",\"channels\":"u8);
        return output.Texts(Channels.Keys).Append(",\"roles\":"u8).Texts(Roles.Keys).Append((byte)'}').ToArray();
    }
}
