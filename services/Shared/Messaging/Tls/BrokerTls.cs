using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace OfflineActions.Messaging.Tls;

/// <summary>
/// TLS of one connection to the broker. Every connection gets it here: those of MassTransit, all others, and those of the management API.
/// The files are read for each connection, so a certificate that was replaced is used from the next one on.
/// </summary>
internal sealed class BrokerTls
{
    private readonly string host;
    private readonly TlsFiles files;
    private volatile bool isBrokerTrusted;
    private volatile bool isClientAsked;

    private BrokerTls(string host, TlsFiles files) => (this.host, this.files) = (host, files);

    /// <summary>Lets a connection use TLS, if the broker's address says so.</summary>
    /// <returns>What knows why the connection fails; null without TLS.</returns>
    /// <exception cref="BrokerUnreachableException">A file cannot be used. A <see cref="BrokerTlsException"/> inside says why.</exception>
    public static BrokerTls? Apply(ConnectionFactory factory, BusOptions options)
    {
        if (options.Url is not { IsAbsoluteUri: true, Scheme: "amqps" })
        {
            return null;
        }

        // The certificate is that of the node.
        var tls = Create(factory.HostName, options.Tls);
        factory.Ssl = new SslOption
        {
            Enabled = true,
            ServerName = tls.host,
            // What the operating system thinks is safe.
            Version = SslProtocols.None,
            Certs = tls.files.Client is { } client ? [client] : [],
            CertificateValidationCallback = tls.Check,
            CertificateSelectionCallback = tls.Select,
        };
        return tls;
    }

    /// <summary>A handler of HTTP requests to the management API, which has a certificate of the same authorities.</summary>
    public static SocketsHttpHandler CreateHandler(BusTls settings) => new()
    {
        // A certificate that was replaced is checked against the files as they are then.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
                Create(((SslStream)sender).TargetHostName, settings).Check(sender, certificate, chain, errors),
        },
    };

    /// <summary>Why a connection was not made, where the error itself does not say it; null when it does.</summary>
    public string? Explain(Exception error)
    {
        var cause = error.GetBaseException();
        if (cause is BrokerTlsException or SocketException { SocketErrorCode: not SocketError.ConnectionReset }
            or AuthenticationFailureException or OperationInterruptedException or OperationCanceledException)
        {
            return null;
        }

        if (!isBrokerTrusted)
        {
            return $"The TLS handshake with {host} failed: {cause.Message} Does the port of the address speak TLS (5671)?";
        }

        if (files.Client is { } client)
        {
            return $"The broker ended the connection. It may not accept the client certificate of {client.Subject}, "
                + $"signed by {client.Issuer}, valid from {BrokerCertificateCheck.Format(client.NotBefore)} to {BrokerCertificateCheck.Format(client.NotAfter)}: "
                + $"its log says why. {cause.Message}";
        }

        return isClientAsked ? "The broker asks for a client certificate: set Bus:Tls:CertificateFile and Bus:Tls:KeyFile." : null;
    }

    private static BrokerTls Create(string host, BusTls settings)
    {
        try
        {
            return new BrokerTls(host, TlsFiles.Read(settings));
        }
        catch (BrokerTlsException error)
        {
            // What everybody expects who opens a connection, and tries again.
            throw new BrokerUnreachableException(error);
        }
    }

    private bool Check(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        BrokerCertificateCheck.FindError(host, certificate, chain, errors, files.Authorities) is { } error
            // The framework's own exception would not say why.
            ? throw new BrokerTlsException(error)
            : isBrokerTrusted = true;

    private X509Certificate2 Select(
        object sender,
        string targetHost,
        X509CertificateCollection localCertificates,
        X509Certificate? remoteCertificate,
        string[] acceptableIssuers)
    {
        // .NET calls this before the handshake, too, without a certificate of the broker: then the broker has not asked for one yet.
        isClientAsked |= remoteCertificate is not null;
        return files.Client!;
    }
}
