using System.Security.Cryptography;
using System.Text;
using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Scripts;

namespace OfflineActions.Emulators.Principals;

/// <summary>A role. Immutable.</summary>
internal record Role(string Name)
{
    private static readonly Dictionary<string, long> None = [];

    /// <summary>Channels granted by an administrator, by collection, each with the sequence of the grant.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> AdminChannels { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, long>>();

    public IReadOnlyDictionary<string, long> AdminChannelsIn(string collection) => AdminChannels.GetValueOrDefault(collection, None);

    /// <summary>The sequence of the last change.</summary>
    public long Sequence { get; init; }
}

/// <summary>A user; <c>GUEST</c> stands for requests without credentials. Immutable.</summary>
internal sealed record User(string Name) : Role(Name)
{
    public const string GuestName = "GUEST";

    private static readonly byte[] Salt = RandomNumberGenerator.GetBytes(16);

    /// <summary>The hash of the password; null for none.</summary>
    public byte[]? PasswordHash { get; init; }

    public string? Email { get; init; }

    public bool Disabled { get; init; }

    /// <summary>Roles granted by an administrator, each with the sequence of the grant.</summary>
    public IReadOnlyDictionary<string, long> AdminRoles { get; init; } = new Dictionary<string, long>();

    public bool IsGuest => Name == GuestName;

    /// <summary>Fast on purpose: the passwords are for tests, and every request needs a hash.</summary>
    public static byte[] HashPassword(string password) => HMACSHA256.HashData(Salt, Encoding.UTF8.GetBytes(password));

    public bool Accepts(string password) =>
        !Disabled && (PasswordHash is { } hash ? CryptographicOperations.FixedTimeEquals(hash, HashPassword(password)) : password.Length == 0);
}

/// <summary>A user with its channels and roles. Requests of an administrator have none and see everything.</summary>
/// <param name="User">The user.</param>
/// <param name="Channels">All channels of the user, each with the sequence of the grant.</param>
/// <param name="Roles">All roles of the user, each with the sequence of the grant.</param>
internal sealed record UserAccess(User User, IReadOnlyDictionary<string, long> Channels, IReadOnlyDictionary<string, long> Roles)
{
    public const string Star = "*";

    public bool SeesAll => Channels.ContainsKey(Star);

    public bool CanSee(SyncOutcome outcome) => SeesAll || outcome.Channels.Any(Channels.ContainsKey);

    /// <summary>The user as JSON, for the sync function.</summary>
    public byte[] Describe()
    {
        var output = new Utf8Buffer().Append("{\"name\":"u8).Text(User.IsGuest ? "" : User.Name).Append(",\"channels\":"u8);
        return output.Texts(Channels.Keys).Append(",\"roles\":"u8).Texts(Roles.Keys).Append((byte)'}').ToArray();
    }
}
