namespace Holdfast.Failures;

/// <summary>
/// Cloud APIs by their own error codes: AWS (common errors and those of the services), Google's rpc codes, Azure's
/// codes, Kubernetes' reasons, container registries and runtimes, Terraform, Helm, Ansible. A code in brackets or
/// after "code" says it all.
/// </summary>
internal static class CloudRules
{
    internal const string Text = """
        cloud.rate rate_limited 90
        : throttling|throttlingexception|throttledexception|throttled|requestthrottled|requestthrottledexception
        : toomanyrequests|toomanyrequestsexception|toomanyrequestserror|requestlimitexceeded|slowdown|ratelimitexceeded
        : provisionedthroughputexceededexception|provisionedthroughputexceeded|ec2throttledexception
        : priorrequestnotcomplete|bandwidthlimitexceeded|requestratetoohigh
        : userratelimitexceeded|ratelimitexceeded|subscriptionrequeststhrottled|ec2requestthrottled
        : reduce your rate of requests
        : clientthrottledexception
        : you have reached your pull rate limit
        : rate ... exceeded $
        ! waited for
        + An error occurred (ThrottlingException) when calling the InvokeModel operation: Too many tokens
        + toomanyrequests: You have reached your pull rate limit.
        - I1120 request.go:668] Waited for 1.19s due to client-side throttling, not priority and fairness

        cloud.quota quota_exhausted 90
        : limitexceededexception|limitexceeded|servicequotaexceededexception|servicequotaexceeded|quotaexceeded
        : instancelimitexceeded|vcpulimitexceeded|vpclimitexceeded|addresslimitexceeded|bucketlimitexceeded
        : maxspotinstancecountexceeded|volumelimitexceeded|toomanybuckets|dbinstancequotaexceeded
        : dailylimitexceeded|quota_exceeded|quotaexceedederror|insufficientvcpuquota
        : operationnotallowed ... quota
        : exceeds approved ... quota|quotas
        : exceeded quota
        : quota ... exceeded limit
        : vcpu limit
        : subscription quota
        : billingdisabled|billing_disabled
        : billing account ... disabled
        : subscriptionnotactive|readonlydisabledsubscription
        : account is suspended
        : resource quota
        ! per minute
        ! retrydelay
        > ask for a higher quota, or free what is not needed
        + An error occurred (VcpuLimitExceeded) when calling the RunInstances operation: over your limit
        + Error from server (Forbidden): pods "web" is forbidden: exceeded quota: compute, requested: cpu=2
        - quota: 12 of 20 used

        cloud.auth auth 84
        : accessdenied|accessdeniedexception|unauthorizedoperation|authfailure|invalidclienttokenid|expiredtoken
        : expiredtokenexception|unrecognizedclientexception
        : signaturedoesnotmatch|invalidaccesskeyid|missingauthentication*
        : incompletesignature|invalidsignatureexception|requestexpired|optinrequired|notauthorized|invalididentitytoken
        : notauthorizedexception|requesttimetooskewed|tokenrefreshrequired|credentialsnotfound|nocredentialproviders
        : authorizationfailed|authenticationfailed|linkedauthorizationfailed|invalidauthenticationtoken
        : invalidauthenticationtokentenant|expiredauthenticationtoken|authorizationpermissionmismatch|aadsts*
        : authenticationrequired|invalidauthenticationinfo|insufficientaccountpermissions
        : unable to locate credentials
        : no valid credential sources found
        : nocredentials*
        : partial credentials found
        : sso session ... expired|invalid
        : token has expired and refresh failed
        : sso session associated with this profile has expired
        : config profile ... could not be found
        : could not load credentials
        : could not find default credentials
        : default credentials were not found
        : application default credentials
        : defaultcredentialserror
        : invalid_grant
        : reauthentication failed
        : please run ... az|gcloud|aws|login|auth
        : iam_permission_denied
        : status|code|reason|error permission_denied
        : caller does not have permission
        : does not have ... access to
        : not authorized to perform
        : required ... permission for
        : pull access denied
        : unauthorized authentication required
        : unauthorized incorrect username
        : no basic auth credentials
        : insufficient_scope
        : requested access to the resource is denied
        : error from server forbidden
        : error from server unauthorized
        : you must be logged in to the server
        : provide credentials
        : cannot list|get|create|delete|update|patch|watch resource
        : user ... cannot
        : system serviceaccount ... cannot
        : getting credentials
        : exec plugin ... failed
        : invalid bearer token
        : the provided token has expired
        : code unauthenticated
        ! exceeded quota
        ! admission webhook
        ! violates podsecurity
        > renew the credential, or ask for the right that the line names
        + An error occurred (InvalidAccessKeyId) when calling the ListBuckets operation
        + Error from server (Forbidden): pods is forbidden: User "ci" cannot list resource "pods" in API group ""
        + Error response from daemon: pull access denied for acme/api, repository does not exist or may require login
        - info: credentials loaded from the environment

        cloud.missing not_found 82
        : nosuchbucket|nosuchkey|nosuchentity|nosuchupload|nosuchversion|nosuchhostedzone|resourcenotfoundexception
        : resourcenotfound|resourcegroupnotfound|entitynotfoundexception|notfoundexception|functionnotfound
        : invalidinstanceid|invalidgroup|dbinstancenotfound|loadbalancernotfound|clusternotfoundexception
        : repositorynotfoundexception|imagenotfoundexception|parameternotfound|queuedoesnotexist|nonexistentqueue
        : streamnotfoundexception|stacknotfound|subscriptionnotfound|blobnotfound|containernotfound
        : manifest_unknown|name_unknown|blob_unknown
        : manifest unknown
        : name unknown
        : manifest ... not found
        : manifest for ... not found
        : repository does not exist
        : no such image|container|network|volume|service
        : no such host or container
        : error from server notfound
        : the server doesn't have a resource type
        : could not find the requested resource
        : no matches for kind
        : no resources found
        : namespaces ... not found
        : release not found
        : container not found
        : chart ... not found
        : context was not found
        : context ... does not exist
        : no context exists with the name
        : stack ... does not exist
        : resource address ... does not exist
        : no configuration files
        : no such job|release|app|project|context
        : errimagepull ... not found
        : imagepullbackoff
        : trying and failing to pull image
        : resource not found
        : module not installed
        : unable to find image
        : failed to find chart
        : no repository definition|repositories
        : not_found requested entity
        : failed to compute cache key ... not found
        : failed to read dockerfile
        : unable to prepare context path
        : role ... was not found
        : could not match supplied host pattern
        : no inventory
        ! may require docker
        ! denied
        ! image ... locally
        ! only implicit localhost
        > check name, region and account
        + An error occurred (NoSuchBucket) when calling the ListObjectsV2 operation: The specified bucket does not exist
        + error: the server doesn't have a resource type "deploymnets"
        + Error response from daemon: manifest for acme/api:9.9 not found: manifest unknown
        - bucket created in region

        cloud.invalid invalid_input 80
        : validationerror|validationexception|invalidparametervalue|invalidparametercombination|missingparameter
        : malformedpolicydocument|malformedqueryparameter|invalidparameter|invalidrequestexception|invalidbucketname
        : unsupportedoperation|invalidaction|bucketalreadyexists|bucketalreadyownedbyyou|entityalreadyexists
        : alreadyexistsexception|resourcealreadyexistsexception|invalidtemplate
        : invalidtemplatedeployment|invalidrequestcontent|invalidresourcename|invalidparametererror|badrequest
        : malformedxml|entitytoolarge|entitytoosmall|invalidargumentexception|serializationexception|typemismatch
        : invalidformat|unknownoptionserror|paramvalidationerror
        : parameter validation failed
        : error from server badrequest|invalid|alreadyexists|unprocessableentity|unsupportedmediatype
        : error validating
        : is invalid spec|metadata
        : unable to recognize
        : unable to decode
        : error converting yaml
        : strict decoding error
        : unknown field
        : missing required field
        : field is immutable
        : invalid reference format
        : dockerfile parse error
        : unknown instruction
        : unknown flag
        : invalid value for
        : unsupported attribute|argument|block
        : missing required argument
        : reference to undeclared
        : invalid expression|function|template
        : unknown variable
        : call to unknown function
        : argument or block definition required
        : duplicate resource|variable|output|provider|module
        : error in function call
        : invalid for_each argument|index|count
        : inconsistent conditional result types
        : no value for required variable
        : invalid provider configuration
        : execution error at
        : template ... error|parse
        : values don't meet the specifications
        : syntax error while loading yaml
        : couldn't resolve module action
        : we were unable to read either as json nor yaml
        : is undefined
        : the field ... has an invalid value
        : compose file ... invalid
        : service ... refers to undefined
        : additional property ... is not allowed
        : undefined service|volume|network
        : conflicting options
        : has been changed outside
        ! undefined is not
        ! undefinedfunctionerror
        ! function
        ! undefined reference
        ! npm
        ! typeerror
        ! waiting to start
        ! permission
        > correct the field or argument that the line names
        + An error occurred (ValidationError) when calling the CreateStack operation: Template format error
        + Error: template: web/deploy.yaml:3:4: executing "web" at <.x>: error calling include: execution error at (x)
        + The Deployment "web" is invalid: spec.template.metadata.labels: Invalid value: null
        - validation passed

        cloud.down unavailable 82
        : internalfailure|internalerror|serviceunavailable|serviceunavailableexception|internalservererror
        : internalserverexception|internalserviceerror|internalserviceexception|serviceexception|servererror
        : internalservicefault|serverbusy|systembusy|modelnotreadyexception|modelerrorexception|notreadyexception
        : insufficientinstancecapacity|insufficientcapacity|insufficienthostcapacity|skunotavailable
        : zone_resource_pool_exhausted|zonalallocationfailed|allocationfailed|overconstrainedallocationrequest
        : currently unable to handle the request
        : apiserver not ready|available
        : the server is currently unable
        : kubelet ... not ready
        : no nodes available to schedule
        : backenderror
        : code unavailable
        : code internal
        : tiller ... not ready
        : fault ... server
        : no endpoints available for
        ! etcdserver
        ! timed out
        ! webhook ... denied
        ! econnrefused|enotfound|etimedout|econnreset
        ! failed to connect
        + An error occurred (InternalFailure) when calling the PutItem operation (reached max retries: 4)
        + An error occurred (InsufficientInstanceCapacity) when calling the RunInstances operation
        - service is available in all zones

        cloud.contention resource_contention 82
        : conflictexception|operationabortedexception|operationaborted|resourceinuseexception|resourceinuse
        : error occurred concurrentmodificationexception|concurrentupdateexception|toomanyupdates
        : conditionalcheckfailedexception|transactionconflictexception|transactioncanceledexception
        : optimisticlockexception|preconditionfailed|conditionnotmet
        : anotheroperationinprogress|operationpreempted|resourceconflictexception|scopelocked|leasealreadypresent
        : dependencyviolation|deleteconflict
        : another operation ... in progress
        : is in update_in_progress|create_in_progress|delete_in_progress
        : rollback_complete state
        : error from server conflict
        : please apply your changes to the latest version
        : the object has been modified
        : error acquiring the state lock
        : error locking state
        : state blob is already locked
        : conditional request failed
        : is being deleted
        : is being terminated
        : port is already allocated
        : is already in use by container
        : conflict unable to remove
        : unable to remove ... being used|is using
        : removal ... is already in progress
        : leader election lost
        : resource is being modified
        : operation ... already in progress
        ! unable to delete
        + Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress
        + An error occurred (ConditionalCheckFailedException) when calling the PutItem operation
        - in progress: 3 stacks

        cloud.connection connection 76
        : could not connect to the endpoint url
        : cannot connect to the docker daemon
        : is the docker daemon running
        : error during connect
        : unable to connect to the server
        : kubernetes cluster unreachable
        : connection to the server ... was refused
        : failed to connect to the host via ssh
        : =UNREACHABLE
        : data could not be sent to remote host
        : failed to request discovery document
        : could not connect to registry
        : failed to download openapi
        : unable to reach
        ! permission denied
        ! certificate
        ! x509
        ! i o timeout
        ! timeout
        + Error: Kubernetes cluster unreachable: the server could not be asked
        + fatal: [web1]: UNREACHABLE! => {"changed": false, "msg": "Failed to connect to the host via ssh"}
        - cluster reachable, 3 nodes

        cloud.wait timeout 78
        : error waiting for ... timeout
        : timeout while waiting for state
        : exceeded its progress deadline
        : progressdeadlineexceeded
        : deadlineexceeded
        : max attempts exceeded
        : context deadline exceeded
        : requesttimeout|requesttimeoutexception
        : requestcanceled
        : operationtimedout|gatewaytimeout
        : timeout_error
        : job ... activedeadlineseconds
        : client timeout exceeded while awaiting headers
        : code deadline_exceeded
        : provisioning timeout
        ! lock
        + Waiter InstanceRunning failed: Max attempts exceeded
        + error: deployment "web" exceeded its progress deadline
        - waiting for 3 pods

        cloud.wait_ended timeout 58
        : timed out waiting
        + error: timed out waiting for the condition on jobs/import-job
        + Error: timed out waiting for rollout
        - waiting for rollout

        cloud.exhausted resource_exhausted 84 any-line
        : oomkilled
        : insufficient cpu|memory|ephemeral
        : evicted ... low on resource
        : node was low on resource
        : out of cpu
        : outofcpu|outofmemory|outofpods
        : outofmemoryerror
        : requestentitytoolarge ... limit
        : failed to register layer ... no space
        : storagefull
        : runtime exitederror signal killed
        + 0/3 nodes are available: 3 Insufficient cpu.
        + State: Terminated Reason: OOMKilled Exit Code: 137
        - memory limit is 2Gi

        cloud.policy policy_denied 88
        : requestdisallowedbypolicy|disallowedbypolicy|policyviolation|explicitdeny
        : admission webhook ... denied the request
        : violates podsecurity
        : orgpolicy*
        : with an explicit deny
        : denied by service control policy
        : constraint ... violated for
        : is forbidden violates
        : denied by a policy
        : policy check failed
        : sentinel ... failed
        : opa ... denied
        : resource ... protected from deletion
        : cannot be destroyed
        : prevent_destroy set
        : deletion protection
        : deletionprotection*
        : termination protection
        : scopelocked
        : resource lock
        + Error: Instance cannot be destroyed: resource db has lifecycle.prevent_destroy set
        + (RequestDisallowedByPolicy) Resource 'vm' was disallowed by policy.
        - policy attached to role
        """;
}
