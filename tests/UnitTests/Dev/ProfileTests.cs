using OfflineActions.Dev.Profiling;

namespace OfflineActions.Tests.Dev;

public sealed class ProfileTests
{
    [Test]
    public void A_sample_counts_for_the_first_caller_that_is_a_library()
    {
        var samples = Read("""
              987 
            	          53a7d4 [unknown] (/dotnet/System.Private.CoreLib.dll)
            	    7f1683c26474 instance class [System.Runtime]System.Threading.Tasks.Task [MassTransit.RabbitMqTransport] MassTransit.Consumer::HandleAsync(!!0&)[OptimizedTier1] (/tmp/perf-987.map)
            	           1855a [unknown] (/services/OfflineActions.Worker.dll)

            12345 
            	           1855a [unknown] (/services/OfflineActions.Worker.dll)

            """);

        Assert.That(samples.SharesOf(987), Is.EqualTo(new[] { ("MassTransit", 1.0) }));
        Assert.That(samples.SharesOf(12345), Is.EqualTo(new[] { ("Offline Actions", 1.0) }));
        Assert.That(samples.SharesOf(987, 12345), Is.EquivalentTo(new[] { ("MassTransit", 0.5), ("Offline Actions", 0.5) }));
        Assert.That(samples.SharesOf(1), Is.Empty);
    }

    [Test]
    public void The_compiler_and_the_kernel_count_for_themselves_whoever_called_them()
    {
        var samples = Read("""
            1 
            	a memset (/usr/lib/libc.so.6)
            	b [unknown] (/dotnet/libclrjit.so)
            1 
            	a finish_task_switch.isra.0 ([kernel.kallsyms])
            	b futex_wait ([kernel.kallsyms])
            	c void [RabbitMQ.Client] RabbitMQ.Client.Impl.Loop::Wait() (/tmp/perf-1.map)
            1 
            	a copy_page ([kernel.kallsyms])
            	b tcp_sendmsg ([kernel.kallsyms])
            	c epoll_wait (/usr/lib/libc.so.6)
            1 
            	a clear_page ([kernel.kallsyms])
            	c epoll_wait (/usr/lib/libc.so.6)
            1 
            	c [unknown] (/dotnet/libcoreclr.so)
            """);

        Assert.That(
            samples.SharesOf(1).Select(share => share.Area),
            Is.EquivalentTo(new[]
            {
                SampledAreas.Compiler, SampledAreas.Threads, SampledAreas.KernelNetwork, SampledAreas.Kernel, SampledAreas.Runtime,
            }));
    }

    [Test]
    public void Memory_is_told_apart_by_what_is_mapped() => Assert.That(
        MemoryKinds.Read("""
            7f1683c20000-7f1683c30000 rw-p 00000000 00:00 0 
            Size:                 64 kB
            Pss:                   1 kB
            Pss_Dirty:            64 kB
            55d0c0000000-55d0c0021000 rw-p 00000000 00:00 0                          [heap]
            Pss:                   2 kB
            7f1683c40000-7f1683c50000 r-xs 00000000 00:01 12 /memfd:doublemapper (deleted)
            Pss:                   4 kB
            7f1683c60000-7f1683c70000 rwxp 00000000 00:00 0 
            Pss:                   8 kB
            7f1683c80000-7f1683c90000 r--p 00000000 08:01 99 /services/Some Folder/MassTransit.dll
            Pss:                  16 kB
            7f1683ca0000-7f1683cb0000 r-xp 00000000 08:01 98 /usr/lib/libc.so.6
            Pss:                  32 kB
            7f1683d00000-7f1683d01000 rw-p 00000000 00:00 0 
            Pss:                 128 kB
            7f1683e00000-7f1684000000 rw-p 00000000 00:00 0 
            Pss:                 256 kB
            7f1684000000-7f1684100000 ---p 00000000 00:00 0 
            Pss:                   0 kB
            7f1684100000-7f1684200000 rw-p 00000000 00:00 0 
            Pss:                 512 kB
            7f1684200000-7f1704200000 ---p 00000000 00:00 0 
            Pss:                   0 kB
            7f1704200000-7f1704300000 rw-p 00000000 00:00 0 
            Pss:                1024 kB
            7ffc00000000-7ffc00001000 r-xp 00000000 00:00 0                          [vdso]
            Pss:                  64 kB
            ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
            Pss:                   0 kB
            """.Split('\n')),
        Is.EquivalentTo(new Dictionary<string, long>
        {
            [MemoryKinds.Objects] = 768 * 1024,
            [MemoryKinds.Native] = (67 + 128 + 1024) * 1024,
            [MemoryKinds.Code] = 12 * 1024,
            [MemoryKinds.Assemblies] = 16 * 1024,
            [MemoryKinds.Libraries] = 32 * 1024,
        }));

    [Test]
    public void The_report_divides_the_time_by_the_shares_and_begins_with_the_most_expensive()
    {
        var time = new ProfileTable(
            "Burst, ms a request",
            "code",
            [ProfileColumn.OfTime("gateway", 0.2, [("JSON", 0.75), ("sockets", 0.25)]), ProfileColumn.OfTime("worker", 0.4, [("sockets", 1.0)])],
            Decimals: 3);
        var memory = new ProfileTable(
            "Memory", "for", [ProfileColumn.OfMemory("gateway", new Dictionary<string, long> { ["code"] = 5_000_000 })], Decimals: 0);

        var text = new ProfileReport([time, memory]).ToMarkdown().ReplaceLineEndings("\n");

        Assert.That(text, Does.Contain("""
            ## Burst, ms a request

            | code | gateway | worker |
            |---|---:|---:|
            | sockets | 0.050 | 0.400 |
            | JSON | 0.150 | 0.000 |
            | **all** | 0.200 | 0.400 |

            ## Memory

            | for | gateway |
            |---|---:|
            | code | 5 |
            | **all** | 5 |
            """.ReplaceLineEndings("\n")));
    }

    private static SampledAreas Read(string script)
    {
        var samples = new SampledAreas();
        foreach (var line in script.Split('\n'))
        {
            samples.Add(line);
        }

        samples.Complete();
        return samples;
    }
}
