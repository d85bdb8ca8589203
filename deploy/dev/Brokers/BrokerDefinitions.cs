using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OfflineActions.Dev;

/// <summary>The definitions of the production broker, with the hashes of passwords that are not in the repository.</summary>
public static class BrokerDefinitions
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        // The patterns of rights are read by people.
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The file in the repository, where no user has a password.</summary>
    public static string File => Path.Combine(Repository.Root, "deploy", "rabbitmq", "definitions.json");

    /// <summary>Writes the passwords of users into definitions.</summary>
    /// <param name="definitions">JSON text.</param>
    /// <param name="findPassword">The password of a user.</param>
    public static string SetPasswords(string definitions, Func<string, string> findPassword)
    {
        ArgumentNullException.ThrowIfNull(findPassword);
        var root = JsonNode.Parse(definitions)!;
        foreach (var user in root["users"]!.AsArray())
        {
            user!["password_hash"] = Hash(findPassword(user["name"]!.GetValue<string>()));
        }

        return root.ToJsonString(Readable) + "\n";
    }

    /// <summary>RabbitMQ's hash: four random bytes, then the SHA-256 of these and the password.</summary>
    private static string Hash(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(4);
        return Convert.ToBase64String([.. salt, .. SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(password)])]);
    }
}
