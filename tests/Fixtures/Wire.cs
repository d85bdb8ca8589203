using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace OfflineActions.Tests.Emulators;

/// <summary>Sends a request in one line and returns the whole response.</summary>
internal static class Wire
{
    public static async Task<Answer> SendForAnswerAsync(
        this HttpClient client,
        string method,
        string path,
        string? json = null,
        Action<HttpRequestMessage>? with = null,
        CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(new(method), path);
        if (json is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
            request.Content.Headers.ContentType = new("application/json");
        }

        with?.Invoke(request);
        using var response = await client.SendAsync(request, cancellationToken);
        return new(
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(cancellationToken),
            response.Headers,
            response.Content.Headers);
    }

    public static Task<Answer> GetAnswerAsync(this HttpClient client, string path) => client.SendForAnswerAsync("GET", path);

    public static Task<Answer> PutAnswerAsync(this HttpClient client, string path, string json) =>
        client.SendForAnswerAsync("PUT", path, json);

    public static Task<Answer> PostAnswerAsync(this HttpClient client, string path, string json) =>
        client.SendForAnswerAsync("POST", path, json);

    public static Task<Answer> DeleteAnswerAsync(this HttpClient client, string path) => client.SendForAnswerAsync("DELETE", path);

    internal sealed record Answer(int Status, string Text, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
    {
        public JsonNode Json => JsonNode.Parse(Text)!;

        public string Revision => (string)Json["rev"]!;

        public string Reason => (string)Json["reason"]!;

        public (int, string, string) Error => (Status, (string)Json["error"]!, Reason);
    }
}
