using System.Security.Cryptography;
using System.Text;

namespace OfflineActions.Emulators.Principals;

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
