using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OfflineActions.Tests;

/// <summary>RabbitMQ's management API, for one virtual host. An error status throws <see cref="HttpRequestException"/>.</summary>
public sealed class BrokerManagement : IDisposable
{
    private readonly HttpClient http;
    private readonly string virtualHost;
    private readonly string user;

    /// <param name="management">Its address.</param>
    /// <param name="credentials">A user who may administrate.</param>
    /// <param name="virtualHost">The virtual host.</param>
    /// <param name="handler">How to connect; null for the usual way.</param>
    public BrokerManagement(Uri management, NetworkCredential credentials, string virtualHost, HttpMessageHandler? handler = null)
    {
        this.virtualHost = Uri.EscapeDataString(virtualHost);
        user = Uri.EscapeDataString(credentials.UserName);
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.UserName}:{credentials.Password}"));
        http = new HttpClient(handler ?? new SocketsHttpHandler()) { BaseAddress = new Uri(management, "api/") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", basic);
    }

    /// <summary>The address of the API, with a slash at the end.</summary>
    public Uri Url => http.BaseAddress!;

    /// <summary>All queues.</summary>
    public async Task<IReadOnlyList<QueueInfo>> QueuesAsync() =>
        await http.GetFromJsonAsync<QueueInfo[]>($"queues/{virtualHost}", JsonSerializerOptions.Web) ?? [];

    /// <summary>One queue; null when there is none with that name.</summary>
    public async Task<QueueInfo?> QueueAsync(string name)
    {
        using var answer = await http.GetAsync(PathOf(name));
        return answer.StatusCode == HttpStatusCode.NotFound
            ? null
            : await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<QueueInfo>(JsonSerializerOptions.Web);
    }

    /// <summary>All exchanges, without those that every virtual host has.</summary>
    public async Task<IReadOnlyList<ExchangeInfo>> ExchangesAsync() =>
    [
        .. (await http.GetFromJsonAsync<ExchangeInfo[]>($"exchanges/{virtualHost}", JsonSerializerOptions.Web) ?? [])
            .Where(exchange => exchange.Name.Length > 0 && !exchange.Name.StartsWith("amq.", StringComparison.Ordinal)),
    ];

    /// <summary>All bindings, without those of the default exchange, which every queue has.</summary>
    public async Task<IReadOnlyList<BindingInfo>> BindingsAsync() =>
    [
        .. (await http.GetFromJsonAsync<BindingInfo[]>($"bindings/{virtualHost}", JsonSerializerOptions.Web) ?? [])
            .Where(binding => binding.Source.Length > 0),
    ];

    /// <summary>The names of the broker's enabled feature flags.</summary>
    public async Task<IReadOnlyList<string>> EnabledFeatureFlagsAsync()
    {
        var flags = await http.GetFromJsonAsync<JsonObject[]>("feature-flags") ?? [];
        return [.. flags.Where(flag => flag["state"]?.GetValue<string>() == "enabled").Select(flag => flag["name"]!.GetValue<string>())];
    }

    /// <summary>Publishes a text. The result says whether a queue got it.</summary>
    /// <param name="exchange">The exchange; empty is the default one, which routes by queue name.</param>
    /// <param name="routingKey">For the default exchange the queue's name.</param>
    /// <param name="payload">The body.</param>
    /// <param name="properties">AMQP properties, for example <c>content_type</c> and <c>headers</c>.</param>
    public async Task<bool> PublishAsync(string exchange, string routingKey, string payload, JsonObject? properties = null)
    {
        var message = new JsonObject
        {
            ["properties"] = properties?.DeepClone() ?? new JsonObject(),
            ["routing_key"] = routingKey,
            ["payload"] = payload,
            ["payload_encoding"] = "string",
        };
        var name = exchange.Length == 0 ? "amq.default" : Uri.EscapeDataString(exchange);
        using var answer = await http.PostAsJsonAsync($"exchanges/{virtualHost}/{name}/publish", message);
        var result = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>();
        return result?["routed"]?.GetValue<bool>() ?? throw new JsonException("The answer says nothing about routing.");
    }

    /// <summary>Deletes a queue and everything in it, if it exists.</summary>
    public async Task DeleteQueueAsync(string name)
    {
        using var answer = await http.DeleteAsync(PathOf(name));
        if (answer.StatusCode is not HttpStatusCode.NotFound)
        {
            answer.EnsureSuccessStatusCode();
        }
    }

    /// <summary>Creates the virtual host and gives the user all permissions in it.</summary>
    public async Task CreateVirtualHostAsync()
    {
        await SendAsync(HttpMethod.Put, $"vhosts/{virtualHost}");
        await SendAsync(
            HttpMethod.Put,
            $"permissions/{virtualHost}/{user}",
            JsonContent.Create(new { configure = ".*", write = ".*", read = ".*" }));
    }

    /// <summary>Declares a classic queue without arguments.</summary>
    public Task DeclareClassicQueueAsync(string name) =>
        SendAsync(HttpMethod.Put, PathOf(name), JsonContent.Create(new { durable = true }));

    /// <summary>Creates a user, or gives an existing one this password.</summary>
    public Task SetUserAsync(string name, string password) => SendAsync(
        HttpMethod.Put, $"users/{Uri.EscapeDataString(name)}", JsonContent.Create(new { password, tags = "" }));

    /// <summary>Deletes a user. The broker closes the user's connections.</summary>
    public Task DeleteUserAsync(string name) => SendAsync(HttpMethod.Delete, $"users/{Uri.EscapeDataString(name)}");

    /// <summary>Lets a user configure, write and read what <paramref name="pattern"/> matches in the virtual host.</summary>
    public Task SetPermissionsAsync(string name, string pattern) => SendAsync(
        HttpMethod.Put,
        $"permissions/{virtualHost}/{Uri.EscapeDataString(name)}",
        JsonContent.Create(new { configure = pattern, write = pattern, read = pattern }));

    /// <summary>Closes the connections of a user.</summary>
    public Task CloseConnectionsAsync(string name) => SendAsync(HttpMethod.Delete, $"connections/username/{Uri.EscapeDataString(name)}");

    /// <summary>Deletes the virtual host and everything in it.</summary>
    public Task DeleteVirtualHostAsync() => SendAsync(HttpMethod.Delete, $"vhosts/{virtualHost}");

    public void Dispose() => http.Dispose();

    private string PathOf(string queue) => $"queues/{virtualHost}/{Uri.EscapeDataString(queue)}";

    private async Task SendAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }
}
