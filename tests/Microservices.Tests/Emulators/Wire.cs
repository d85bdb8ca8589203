using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Microservices.Tests.Emulators;

/// <summary>Requests in one line, with the whole answer to look at.</summary>
internal static class Wire
{
    public static async Task<Answer> Send(
        this HttpClient client, string method, string path, string? json = null, Action<HttpRequestMessage>? with = null, CancellationToken cancelled = default)
    {
        using var request = new HttpRequestMessage(new(method), path);
        if (json is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
            request.Content.Headers.ContentType = new("application/json");
        }

        with?.Invoke(request);
        using var response = await client.SendAsync(request, cancelled);
        return new((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancelled), response.Headers, response.Content.Headers);
    }

    public static Task<Answer> Get(this HttpClient client, string path) => client.Send("GET", path);

    public static Task<Answer> Put(this HttpClient client, string path, string json) => client.Send("PUT", path, json);

    public static Task<Answer> Post(this HttpClient client, string path, string json) => client.Send("POST", path, json);

    public static Task<Answer> Delete(this HttpClient client, string path) => client.Send("DELETE", path);

    internal sealed record Answer(int Status, string Text, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
    {
        public JsonNode Json => JsonNode.Parse(Text)!;

        public string Revision => (string)Json["rev"]!;

        public string Reason => (string)Json["reason"]!;

        public (int, string, string) Error => (Status, (string)Json["error"]!, Reason);
    }
}
