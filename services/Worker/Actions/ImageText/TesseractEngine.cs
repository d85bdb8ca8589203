using System.ComponentModel;
using System.Globalization;
using Microsoft.Extensions.Options;

namespace OfflineActions.Worker.Actions.ImageText;

/// <summary>How reading one picture ended.</summary>
internal abstract record EngineOutcome
{
    private EngineOutcome()
    {
    }

    /// <summary>The picture was read.</summary>
    public sealed record Recognised(RecognisedText Text) : EngineOutcome;

    /// <summary>Tesseract cannot decode it.</summary>
    public sealed record Damaged : EngineOutcome;

    /// <summary>It has more text than may be kept.</summary>
    public sealed record TooMuchText : EngineOutcome;

    /// <summary>Tesseract did not end in time.</summary>
    public sealed record TimedOut : EngineOutcome;

    /// <summary>Tesseract crashed, or could not be started.</summary>
    /// <param name="Reason">For the log.</param>
    public sealed record Failed(string Reason) : EngineOutcome;
}

/// <summary>
/// Reads pictures with Tesseract: one process for each, which gets the picture through a pipe and writes no file. On Linux the kernel limits
/// its memory and processor time and forbids it to write files, and a timer ends it, also after this worker has died.
/// </summary>
internal sealed class TesseractEngine(IOptions<ImageTextOptions> options)
{
    /// <summary>The longest side of a picture that Tesseract reads, in pixels. About a longer one it says the same as about a damaged one.</summary>
    public const int MaxSide = 32_767;

    /// <summary>The most that Tesseract may write about a picture, in bytes: about 50,000 words.</summary>
    private const int MaxOutput = 4 << 20;

    private readonly Lazy<(TesseractInstallation? Found, string? Obstacle)> search = new(() => TesseractInstallation.Find(options.Value));
    private readonly Lazy<IReadOnlyList<string>> limits = new(() => CreateLimits(options.Value));

    /// <summary>Why Tesseract cannot be used; null when it can.</summary>
    public string? Obstacle => search.Value.Obstacle;

    /// <summary>The Tesseract of this machine.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public TesseractInstallation Installation => search.Value.Found ?? throw new InvalidOperationException(Obstacle);

    /// <summary>Reads a picture.</summary>
    /// <param name="picture">A PNG, JPEG, WebP, TIFF or PNM. Tesseract takes anything else for a list of file names.</param>
    /// <param name="languages">At least one of <see cref="TesseractInstallation.Languages"/>.</param>
    /// <param name="cancellationToken">Kills Tesseract.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public async Task<EngineOutcome> ReadAsync(
        ReadOnlyMemory<byte> picture, IReadOnlyList<string> languages, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.Value.Timeout);
        string[] command =
        [
            .. limits.Value,
            Installation.Program, "stdin", "stdout",
            "-l", string.Join('+', languages),
            "-c", "tessedit_create_tsv=1",
            "-c", "tessedit_page_number=0",
        ];
        try
        {
            return Interpret(
                await EngineProcess.RunAsync(command, TesseractInstallation.Environment, picture, MaxOutput, timeout.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new EngineOutcome.TimedOut();
        }
        catch (Exception error) when (error is Win32Exception or IOException)
        {
            return new EngineOutcome.Failed(error.Message);
        }
    }

    /// <remarks>Tesseract also ends with 0 when it has read no page of a TIFF.</remarks>
    private static EngineOutcome Interpret(EngineExit exit) => exit switch
    {
        { IsOutputTooLong: true } => new EngineOutcome.TooMuchText(),
        { ExitCode: 0 } when TesseractTable.Read(exit.Output) is { } text => new EngineOutcome.Recognised(text),
        { ExitCode: 0 } => new EngineOutcome.Damaged(),
        { ExitCode: 1 } when IsAboutPicture(exit.Errors) => new EngineOutcome.Damaged(),
        _ => new EngineOutcome.Failed($"exit code {exit.ExitCode.ToString(CultureInfo.InvariantCulture)}, {exit.Errors.Trim()}"),
    };

    private static bool IsAboutPicture(string errors) =>
        errors.Contains("Error during processing", StringComparison.Ordinal)
        && !errors.Contains("alloc", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The programs that limit another one, in front of it; none where they are missing. prlimit becomes timeout, which leads a process group
    /// and ends what it runs also when this worker is dead.
    /// </summary>
    private static IReadOnlyList<string> CreateLimits(ImageTextOptions options)
    {
        if (!OperatingSystem.IsLinux())
        {
            return [];
        }

        var (limiter, timer) = (TesseractInstallation.FindProgram("prlimit"), TesseractInstallation.FindProgram("timeout"));
        var seconds = (long)Math.Ceiling(options.Timeout.TotalSeconds) + 1;
        return
        [
            .. limiter is null
                ? Array.Empty<string>()
                : [limiter, Invariant($"--as={options.MaxMemory}"), Invariant($"--cpu={seconds}"), "--fsize=0", "--core=0", "--nofile=64"],
            .. timer is null ? Array.Empty<string>() : [timer, "-s", "KILL", Invariant($"{seconds}")],
        ];
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
