using System.Globalization;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Pictures;
using OfflineActions.Worker.Actions.ImageText;

namespace OfflineActions.Tests.ImageText;

/// <summary>An engine that misbehaves. A shell script plays it.</summary>
[Platform(Exclude = "Win")]
public sealed class EngineProcessTests
{
    private const string Page = @"printf '1\t1\t0\t0\t0\t0\t0\t0\t9\t9\t-1\t\n'";

    [Test]
    public async Task A_timeout_kills_it_and_everything_it_started()
    {
        using var fake = new FakeTesseract("sleep 1000 & echo $! > $FOLDER/child; (sleep 1000 & echo $! > $FOLDER/orphan); wait", "child", "orphan");
        var reading = fake.Create(TimeSpan.FromSeconds(2)).ReadAsync(new byte[1], ["eng"], CancellationToken.None);
        var children = new[] { await fake.ReadAsync("child"), await fake.ReadAsync("orphan") };

        var outcome = await reading;

        Assert.That(outcome, Is.InstanceOf<EngineOutcome.TimedOut>());
        Assert.That(await Eventually.IsAsync(() => Task.FromResult(!children.Any(FakeTesseract.IsRunning))), Is.True);
    }

    [Test]
    public async Task A_worker_that_stops_kills_it_too()
    {
        using var fake = new FakeTesseract("echo $$ > $FOLDER/self; sleep 1000", "self");
        using var stop = new CancellationTokenSource();
        var reading = fake.Create().ReadAsync(new byte[1], ["eng"], stop.Token);
        var self = await fake.ReadAsync("self");

        await stop.CancelAsync();

        Assert.That(async () => await reading, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await Eventually.IsAsync(() => Task.FromResult(!FakeTesseract.IsRunning(self))), Is.True);
    }

    [Test]
    public async Task What_it_leaves_behind_is_killed_when_it_ends()
    {
        using var fake = new FakeTesseract($"sleep 1000 & echo $! > $FOLDER/child; {Page}", "child");

        var reading = fake.Create().ReadAsync(new byte[1], ["eng"], CancellationToken.None);
        var child = await fake.ReadAsync("child");

        Assert.That(await reading, Is.InstanceOf<EngineOutcome.Recognised>());
        Assert.That(await Eventually.IsAsync(() => Task.FromResult(!FakeTesseract.IsRunning(child))), Is.True);
    }

    [Test]
    public async Task An_output_without_end_is_cut_off()
    {
        using var fake = new FakeTesseract("cat /dev/zero");

        Assert.That(
            await fake.Create().ReadAsync(new byte[1], ["eng"], CancellationToken.None), Is.InstanceOf<EngineOutcome.TooMuchText>());
    }

    [TestCase("kill -SEGV $$")]
    [TestCase("kill -KILL $$")]
    [TestCase("echo 'Error opening data file' >&2; exit 1")]
    [TestCase("echo 'Error in pixCreateHeader: malloc fail' >&2; echo 'Error during processing.' >&2; exit 1")]
    [TestCase("head -c 100000000 /dev/zero >&2; exit 3")]
    public async Task A_crash_is_a_failure_that_may_pass(string script)
    {
        using var fake = new FakeTesseract(script);

        var outcome = await fake.Create().ReadAsync(new byte[1_000_000], ["eng"], CancellationToken.None);

        Assert.That(outcome, Is.InstanceOf<EngineOutcome.Failed>());
        Assert.That(((EngineOutcome.Failed)outcome).Reason, Has.Length.LessThan(5_000));
    }

    /// <summary>A TIFF may have thousands of tags of which there is a warning each.</summary>
    [Test]
    public async Task Many_warnings_before_it_do_not_hide_that_the_picture_is_damaged()
    {
        using var fake = new FakeTesseract(
            "head -c 100000 /dev/zero | tr '\\0' w >&2; sleep 0.1; echo 'Error during processing.' >&2; exit 1");

        var outcome = await fake.Create().ReadAsync(new byte[1], ["eng"], CancellationToken.None);

        Assert.That(outcome, Is.InstanceOf<EngineOutcome.Damaged>());
    }

    [Test]
    public async Task Both_ends_of_its_errors_are_kept([Values(100, 2_048, 2_100, 4_000, 5_000, 100_000)] int length)
    {
        using var fake = new FakeTesseract($"echo first >&2; head -c {length} /dev/zero | tr '\\0' w >&2; sleep 0.1; echo last >&2; exit 3");

        var outcome = await fake.Create().ReadAsync(new byte[1], ["eng"], CancellationToken.None);

        var reason = ((EngineOutcome.Failed)outcome).Reason;
        Assert.That(reason, Does.StartWith("exit code 3, first\nw").And.EndsWith("wlast").And.Length.LessThan(4_200));
        Assert.That(reason.Contains('…', StringComparison.Ordinal), Is.EqualTo(length > 4_085));
        Assert.That(reason.Count(letter => letter == 'w'), Is.EqualTo(Math.Min(length, 4_096 - "first\nlast\n".Length)));
    }

    [Test]
    public async Task A_program_that_has_vanished_is_a_failure_that_may_pass()
    {
        var fake = new FakeTesseract(Page);
        var engine = fake.Create();
        fake.Dispose();

        Assert.That(await engine.ReadAsync(new byte[1], ["eng"], CancellationToken.None), Is.InstanceOf<EngineOutcome.Failed>());
    }

    [Test]
    public async Task It_reads_all_of_a_large_picture_while_it_writes()
    {
        using var fake = new FakeTesseract("cat | wc -c > $FOLDER/size; " + Page, "size");

        var reading = fake.Create().ReadAsync(new byte[5_000_000], ["eng"], CancellationToken.None);

        Assert.That(await fake.ReadAsync("size"), Is.EqualTo("5000000"));
        await reading;
    }

    /// <summary>The environment of the worker may hold passwords.</summary>
    [Test]
    public async Task It_sees_one_thread_and_nothing_of_the_worker()
    {
        using var fake = new FakeTesseract("env > $FOLDER/env; " + Page, "env");

        var reading = fake.Create().ReadAsync(new byte[1], ["eng"], CancellationToken.None);
        var environment = (await fake.ReadAsync("env")).Split('\n');
        await reading;

        // The shell itself adds those after the first three.
        string[] expected = ["OMP_THREAD_LIMIT", "PATH", "TESSDATA_PREFIX", "PWD", "SHLVL", "_", "OLDPWD"];
        Assert.That(environment.Select(line => line.Split('=')[0]).Except(expected), Is.Empty);
        Assert.That(environment, Does.Contain("OMP_THREAD_LIMIT=1"));
    }

    /// <summary>A worker that is killed can kill nothing: what is left ends by itself.</summary>
    [Test]
    [Platform("Linux")]
    public async Task The_kernel_limits_its_time_memory_and_files_also_after_the_worker_has_died()
    {
        using var fake = new FakeTesseract("""echo "$(ulimit -t) $(ulimit -v) $(ulimit -f) $(ulimit -c)" >&2; exit 3""");

        var outcome = await fake.Create(TimeSpan.FromSeconds(7)).ReadAsync(new byte[1], ["eng"], CancellationToken.None);

        var kilobytes = new ImageTextOptions().MaxMemory / 1_024;
        Assert.That(((EngineOutcome.Failed)outcome).Reason, Does.EndWith(string.Create(CultureInfo.InvariantCulture, $"8 {kilobytes} 0 0")));
    }

    [TestCase("no-such-program-anywhere")]
    [TestCase("/no/such/program")]
    public void Without_the_program_there_is_an_obstacle(string program)
    {
        var (found, obstacle) = TesseractInstallation.Find(new ImageTextOptions { Tesseract = program });

        Assert.That(found, Is.Null);
        Assert.That(obstacle, Does.Contain(program).And.Contain("ImageText:Tesseract"));
    }

    /// <summary>Whatever it does, a worker starts and takes the other actions.</summary>
    [TestCase("sleep 20 & echo 'tesseract 5.9.9'", "cannot be run")]
    [TestCase("sleep 1000", "did not say its version within 10 s")]
    [TestCase("echo 'tesseract 99999999999999.1'", "version 5 or newer is needed")]
    [TestCase("echo 'tesseract 4.1.1'", "is 4.1.1: version 5 or newer is needed")]
    [TestCase("head -c 100000000 /dev/zero; head -c 100000000 /dev/zero >&2", "is no Tesseract")]
    public void A_program_that_misbehaves_when_it_is_asked_for_its_version_is_an_obstacle(string script, string obstacle)
    {
        using var fake = FakeTesseract.OfVersion(script);

        var (found, reason) = TesseractInstallation.Find(new ImageTextOptions { Tesseract = fake.Program });

        Assert.That(found, Is.Null);
        Assert.That(reason, Does.Contain(obstacle).And.Contain(fake.Program));
    }

    [Test]
    public void Without_one_of_its_languages_there_is_an_obstacle()
    {
        using var fake = new FakeTesseract("");

        var (found, obstacle) = TesseractInstallation.Find(new ImageTextOptions { Tesseract = fake.Program, Languages = ["eng", "deu"] });

        Assert.That(found, Is.Null);
        Assert.That(obstacle, Does.Contain("deu"));
        Assert.That(TesseractInstallation.Find(new ImageTextOptions { Tesseract = fake.Program }).Found?.Languages, Is.EqualTo(new[] { "eng" }));
    }
}
