using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace OfflineActions.Dev;

/// <summary>Checks whether a broker responds; an open port is not enough.</summary>
internal static class BrokerProbe
{
    /// <summary>Whether a port of 127.0.0.1 accepts connections.</summary>
    public static async Task<bool> ListensAsync(int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        return true;
    }

    /// <summary>Whether the broker replies to the AMQP 0-9-1 protocol header with a method frame (type 1).</summary>
    public static async Task<bool> RespondsAsync(int port, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(5));
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, deadline.Token);
        var stream = client.GetStream();
        await stream.WriteAsync("AMQP\0\0\x09\x01"u8.ToArray(), deadline.Token);
        var frameType = new byte[1];
        return await stream.ReadAsync(frameType, deadline.Token) == 1 && frameType[0] == 1;
    }

    /// <summary>Whether the management API accepts the credentials.</summary>
    public static async Task<bool> ManagementRespondsAsync(
        Uri management, NetworkCredential credentials, CancellationToken cancellationToken)
    {
        using var client = CreateClient(management, credentials);
        using var response = await client.GetAsync("api/whoami", cancellationToken);
        return response.IsSuccessStatusCode;
    }

    /// <summary>A client of the management API. Its requests begin with <c>api/</c>.</summary>
    public static HttpClient CreateClient(Uri management, NetworkCredential credentials)
    {
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.UserName}:{credentials.Password}"));
        var client = new HttpClient { BaseAddress = management, Timeout = TimeSpan.FromSeconds(5) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", basic);
        return client;
    }
}
