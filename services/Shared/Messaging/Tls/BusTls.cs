namespace OfflineActions.Messaging;

/// <summary>
/// The section <c>Bus:Tls</c>: how to check the broker's certificate, and the certificate of this client. All are files in PEM
/// format, which are read for each new connection. A setting that is empty counts as not set.
/// </summary>
public sealed class BusTls
{
    /// <summary>
    /// The certificates of the authorities that may have signed the broker's certificate. Not set: those that this machine trusts.
    /// </summary>
    public string CaFile { get; init; } = "";

    /// <summary>The certificate that this client shows to the broker. Not set: none.</summary>
    public string CertificateFile { get; init; } = "";

    /// <summary>The private key of <see cref="CertificateFile"/>, without a passphrase.</summary>
    public string KeyFile { get; init; } = "";

    /// <summary>Whether there is any setting.</summary>
    internal bool IsSet => (CaFile ?? "").Length + (CertificateFile ?? "").Length + (KeyFile ?? "").Length > 0;
}
