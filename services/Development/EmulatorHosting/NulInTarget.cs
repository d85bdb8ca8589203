using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace OfflineActions.Emulators.Hosting;

/// <summary>
/// Lets requests through whose path has an escaped zero byte, <c>%00</c>, which Kestrel rejects and Go's HTTP server does not. On its way
/// through Kestrel the escape has another form, which no valid target contains.
/// </summary>
internal sealed class NulInTarget(IDuplexPipe connection) : IDuplexPipe
{
    private const string Disguised = "%\u00010";

    private volatile bool inRequest;

    public PipeReader Input => field ??= new Reader(connection.Input, this);

    public PipeWriter Output => connection.Output;

    /// <summary>Connection middleware.</summary>
    public static ConnectionDelegate Accept(ConnectionDelegate next) => async connection =>
    {
        var pipe = connection.Transport;
        var disguise = new NulInTarget(pipe);
        connection.Features.Set(disguise);
        connection.Transport = disguise;
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = pipe;
        }
    };

    /// <summary>Restores the target of a request. Until <see cref="End"/>, what is read is the body, and stays as it is.</summary>
    public void Begin(IHttpRequestFeature request)
    {
        inRequest = true;
        if (request.RawTarget.Contains(Disguised[1], StringComparison.Ordinal))
        {
            request.RawTarget = request.RawTarget.Replace(Disguised, "%00", StringComparison.Ordinal);
        }
    }

    public void End() => inRequest = false;

    private ReadResult Disguise(ReadResult read)
    {
        if (inRequest || read.Buffer.IsEmpty)
        {
            return read;
        }

        if (read.Buffer.FirstSpan.IndexOf((byte)'\n') is >= 0 and var end)
        {
            Disguise(read.Buffer.First.Span[..end], read.Buffer);
        }
        else
        {
            // The line is incomplete, or in several segments.
            var line = read.Buffer.PositionOf((byte)'\n') is { } at ? read.Buffer.Slice(0, at) : read.Buffer;
            Disguise(line.ToArray(), read.Buffer);
        }

        return read;
    }

    /// <summary>Replaces the escapes in the path of a request line, in the buffer itself: it belongs to the connection.</summary>
    private static void Disguise(ReadOnlySpan<byte> line, ReadOnlySequence<byte> buffer)
    {
        var path = line.IndexOf((byte)'?') is >= 0 and var query ? line[..query] : line;
        var from = 0;
        while (path[from..].IndexOf("%00"u8) is >= 0 and var at)
        {
            MemoryMarshal.AsMemory(buffer.Slice(from + at + 1).First).Span[0] = (byte)Disguised[1];
            from += at + Disguised.Length;
        }
    }

    private sealed class Reader(PipeReader input, NulInTarget target) : PipeReader
    {
        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
            target.Disguise(await input.ReadAsync(cancellationToken));

        public override bool TryRead(out ReadResult result)
        {
            var read = input.TryRead(out result);
            result = read ? target.Disguise(result) : result;
            return read;
        }

        public override void AdvanceTo(SequencePosition consumed) => input.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => input.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => input.CancelPendingRead();

        public override void Complete(Exception? exception = null) => input.Complete(exception);
    }
}
