@echo off
rem Development commands; dev lists them. They are written in C#, in deploy\dev.
setlocal
set DOTNET_CLI_TELEMETRY_OPTOUT=1
set DOTNET_NOLOGO=1
pushd "%~dp0"
dotnet --version >nul 2>nul
if errorlevel 1 (
  popd
  echo dev: the .NET 10 SDK is missing. Install it: winget install Microsoft.DotNet.SDK.10 1>&2
  echo Any system: https://dotnet.microsoft.com/download/dotnet/10.0 1>&2
  exit /b 1
)
popd
dotnet run --project "%~dp0deploy\dev" -- %*
exit /b %errorlevel%
