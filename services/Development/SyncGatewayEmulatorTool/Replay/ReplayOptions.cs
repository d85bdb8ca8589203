using System.Security.Cryptography.X509Certificates;
using OfflineActions.Emulators.Recording;

namespace OfflineActions.Emulators.Replay;

/// <summary>How a recording is replayed.</summary>
/// <param name="Public">The address of the public port.</param>
/// <param name="Admin">The address of the admin port.</param>
/// <param name="Passwords">The passwords of users that were not made in the recording, by name.</param>
/// <param name="Ignored">
/// What is not compared: <c>sequences</c>, <c>revisions</c>, <c>header:NAME</c> in lower case, <c>member:NAME</c> for members of JSON.
/// </param>
/// <param name="Patience">How much longer than recorded an answer may take.</param>
internal sealed record ReplayOptions(
    Uri Public, Uri Admin, IReadOnlyDictionary<string, string> Passwords, IReadOnlySet<string> Ignored, TimeSpan Patience)
{
    /// <summary>The authorities that may have signed the certificates of both ports; null for those that the system trusts.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    public ServerAddress AddressOf(string port) => new(port == "admin" ? Admin : Public, Authorities);
}
