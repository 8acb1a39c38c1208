namespace Holdfast.Failures;

/// <summary>
/// What PowerShell prints under an error of any command: the category, which is one of a fixed list (the enumeration
/// <c>ErrorCategory</c> of its documentation), whatever language the message above it is in.
/// </summary>
internal static class PowerShellRules
{
    internal const string Text = """
        powershell.missing not_found 76
        : categoryinfo objectnotfound|notinstalled|devicenotfound
        : is not recognized as the name of a cmdlet
        : is not recognized as a name of a cmdlet
        : is not recognized as an internal or external command
        + + CategoryInfo          : ObjectNotFound: (deploy-app:String) [], CommandNotFoundException
        + 'mvn' is not recognized as an internal or external command,
        - + CategoryInfo          : PermissionDenied: (C:\x.dll:FileInfo) [Remove-Item], UnauthorizedAccessException

        powershell.permission permission 78
        : categoryinfo permissiondenied
        : access to the path ... is denied
        + + CategoryInfo          : PermissionDenied: (C:\x.dll:FileInfo) [Remove-Item], UnauthorizedAccessException
        + Remove-Item : Access to the path 'C:\ProgramData\app\x.dll' is denied.
        - + CategoryInfo          : ObjectNotFound: (x:String) [], ItemNotFoundException

        powershell.policy policy_denied 84
        : categoryinfo securityerror
        : running scripts is disabled on this system
        : is not digitally signed ... cannot run
        > allow the script by the execution policy, or sign it
        + + CategoryInfo          : SecurityError: (:) [], PSSecurityException
        + File C:\ci\build.ps1 cannot be loaded because running scripts is disabled on this system.
        - + CategoryInfo          : ParserError: (:) [], ParseException

        powershell.auth auth 76
        : categoryinfo authenticationerror
        + + CategoryInfo          : AuthenticationError: (:) [Connect-AzAccount], AuthenticationFailedException
        + + CategoryInfo : AuthenticationError: (server1:String) [Enter-PSSession], RemoteException
        - + CategoryInfo          : SecurityError: (:) [], PSSecurityException

        powershell.reach connection 74
        : categoryinfo connectionerror|protocolerror
        + + CategoryInfo          : ConnectionError: (:) [Invoke-Command], PSRemotingTransportException
        + + CategoryInfo          : ProtocolError: (:) [Invoke-WebRequest], WebException
        - + CategoryInfo          : ResourceBusy: (:) [Remove-Item], IOException

        powershell.busy resource_contention 76
        : categoryinfo resourcebusy|deadlockdetected
        + + CategoryInfo          : ResourceBusy: (C:\x.log:FileInfo) [Remove-Item], IOException
        + + CategoryInfo          : DeadlockDetected: (:) [Wait-Job], InvalidOperationException
        - + CategoryInfo          : ResourceUnavailable: (:) [Start-Job], RuntimeException

        powershell.limits resource_exhausted 74
        : categoryinfo limitsexceeded
        : there is not enough space on the disk
        + + CategoryInfo          : LimitsExceeded: (:) [New-Item], IOException
        + There is not enough space on the disk.
        - + CategoryInfo          : QuotaExceeded: (:) [New-AzVM], CloudException

        powershell.quota quota_exhausted 76
        : categoryinfo quotaexceeded
        + + CategoryInfo          : QuotaExceeded: (:) [New-AzVM], CloudException
        + + CategoryInfo : QuotaExceeded: (:) [Send-MailMessage], SmtpException
        - + CategoryInfo          : LimitsExceeded: (:) [New-Item], IOException

        powershell.timeout timeout 76
        : categoryinfo operationtimeout
        + + CategoryInfo          : OperationTimeout: (:) [Wait-Process], TimeoutException
        + + CategoryInfo : OperationTimeout: (srv1:String) [Restart-Computer], RestartComputerTimeoutException
        - + CategoryInfo          : OperationStopped: (:) [Wait-Process], PipelineStoppedException

        powershell.input invalid_input 56
        : categoryinfo invalidargument|invaliddata|invalidtype|parsererror|syntaxerror|resourceexists
        + CategoryInfo          : InvalidArgument: (:) [Get-ChildItem], ParameterBindingException
        + CategoryInfo          : ParserError: (:) [], ParentContainsErrorRecordException
        - + CategoryInfo          : NotSpecified: (:) [], RuntimeException
        """;
}
