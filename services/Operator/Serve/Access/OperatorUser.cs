using System.Security.Cryptography;
using System.Text;

namespace OfflineActions.Operator.Serve.Access;

/// <summary>What somebody may do on the operator page.</summary>
internal static class OperatorRole
{
    /// <summary>See everything.</summary>
    public const string Look = "look";

    /// <summary>See everything, replay, discard and repair.</summary>
    public const string Act = "act";
}

/// <summary>Somebody who may sign in with a password.</summary>
internal sealed class OperatorUser
{
    public const int MinPassword = 12;

    private readonly byte[] passwordHash;

    private OperatorUser(string name, string role, string password) => (Name, Role, passwordHash) = (name, role, Hash(password));

    public string Name { get; }

    public string Role { get; }

    /// <summary>Reads <c>name:role:password</c>; null when it is something else. A password may contain colons.</summary>
    public static OperatorUser? Parse(string text) =>
        text.Split(':', 3) is [{ Length: > 0 } name, OperatorRole.Look or OperatorRole.Act, { Length: >= MinPassword }] and [_, var role, var password]
            ? new OperatorUser(name, role, password)
            : null;

    /// <summary>Takes the same time for every wrong password.</summary>
    public bool HasPassword(string password) => CryptographicOperations.FixedTimeEquals(passwordHash, Hash(password));

    private static byte[] Hash(string password) => SHA256.HashData(Encoding.UTF8.GetBytes(password));
}
