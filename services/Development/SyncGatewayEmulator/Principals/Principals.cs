using System.Security.Cryptography;
using System.Text;
using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Scripts;

namespace OfflineActions.Emulators.Principals;

/// <summary>A name that channels are granted to. Replaced as a whole, never changed.</summary>
internal record Role(string Name)
{
    private static readonly Dictionary<string, long> None = [];

    /// <summary>Channels an administrator granted, by collection, with the sequence of that.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> AdminChannels { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, long>>();

    public IReadOnlyDictionary<string, long> AdminChannelsIn(string collection) => AdminChannels.GetValueOrDefault(collection, None);

    /// <summary>The sequence its last change took.</summary>
    public long Sequence { get; init; }
}

/// <summary>Someone who can log in; <c>GUEST</c> is who does not.</summary>
internal sealed record User(string Name) : Role(Name)
{
    public const string GuestName = "GUEST";

    private static readonly byte[] Salt = RandomNumberGenerator.GetBytes(16);

    /// <summary>What <see cref="HashOf"/> made of the password; null for none.</summary>
    public byte[]? PasswordHash { get; init; }

    public string? Email { get; init; }

    public bool Disabled { get; init; }

    /// <summary>Roles an administrator gave, with the sequence of that.</summary>
    public IReadOnlyDictionary<string, long> AdminRoles { get; init; } = new Dictionary<string, long>();

    public bool IsGuest => Name == GuestName;

    /// <summary>Quick on purpose: these passwords are for tests, and every request brings one.</summary>
    public static byte[] HashOf(string password) => HMACSHA256.HashData(Salt, Encoding.UTF8.GetBytes(password));

    public bool Accepts(string password) =>
        !Disabled && (PasswordHash is { } hash ? CryptographicOperations.FixedTimeEquals(hash, HashOf(password)) : password.Length == 0);
}

/// <summary>A user with everything it has at one moment. An administrator is no access: nothing is kept from it.</summary>
/// <param name="User">The user.</param>
/// <param name="Channels">All its channels, each with the sequence since when it has it.</param>
/// <param name="Roles">All its roles, likewise.</param>
internal sealed record UserAccess(User User, IReadOnlyDictionary<string, long> Channels, IReadOnlyDictionary<string, long> Roles)
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
