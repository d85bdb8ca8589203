using System.ComponentModel;
using System.Runtime.InteropServices;

namespace OfflineActions.Dev;

/// <summary>The signals of a Unix that .NET cannot send by itself.</summary>
internal static class Signal
{
    private static readonly bool Mac = OperatingSystem.IsMacOS();

    public static void Terminate(int process) => Send(process, 15);

    public static void Stop(int process) => Send(process, Mac ? 17 : 19);

    public static void Continue(int process) => Send(process, Mac ? 19 : 18);

    private static void Send(int process, int number)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Windows has no signals.");
        }

        if (kill(process, number) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"Signal {number} could not be sent to process {process}.");
        }
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int kill(int process, int signal);
}
