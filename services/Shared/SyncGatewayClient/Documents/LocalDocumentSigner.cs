using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace OfflineActions.SyncGateway;

/// <summary>
/// Signs what is stored in <c>_local</c> documents with a secret, because every user of a keyspace may write those. HMAC-SHA256.
/// </summary>
/// <param name="secret">The secret that the signatures depend on.</param>
/// <param name="purpose">What the signatures are for: those for one purpose are invalid for another.</param>
public sealed class LocalDocumentSigner(string secret, string purpose)
{
    private const int KeyBytes = 32;

    private readonly byte[] key = HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), KeyBytes, info: Encoding.UTF8.GetBytes(purpose));

    /// <summary>The signature of a list of values, in base64.</summary>
    public string Sign(params string[] values) =>
        // As JSON, because no two lists of strings have the same JSON.
        Convert.ToBase64String(HMACSHA256.HashData(key, JsonSerializer.SerializeToUtf8Bytes(values)));

    /// <summary>
    /// Whether <paramref name="signature"/> is the signature of <paramref name="values"/>. Takes the same time for every wrong one.
    /// </summary>
    public bool IsSignature(string signature, params string[] values) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(Sign(values)));
}
