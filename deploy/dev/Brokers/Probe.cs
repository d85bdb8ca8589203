using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace OfflineActions.Dev;

/// <summary>Finds out whether a broker serves, which is more than that its port is open.</summary>
internal static class Probe
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>Whether somebody accepts connections on a port of 127.0.0.1.</summary>
    public static async Task<bool> ListensAsync(int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        return true;
    }

    /// <summary>Whether the AMQP 0-9-1 handshake begins: the answer to the protocol header is a method frame, whose type is 1.</summary>
    public static async Task<bool> AnswersAsync(int port, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(5));
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, deadline.Token);
        var stream = client.GetStream();
        await stream.WriteAsync("AMQP\0\0\x09\x01"u8.ToArray(), deadline.Token);
        var answer = new byte[1];
        return await stream.ReadAsync(answer, deadline.Token) == 1 && answer[0] == 1;
    }

    /// <summary>Whether the management API knows who we are.</summary>
    public static async Task<bool> ManagementAnswersAsync(Uri management, NetworkCredential credentials, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(management, "api/whoami"));
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.UserName}:{credentials.Password}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", basic);
        using var answer = await Http.SendAsync(request, cancellationToken);
        return answer.IsSuccessStatusCode;
    }
}
