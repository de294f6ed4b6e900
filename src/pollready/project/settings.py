"""Django's settings, made from the installation's `Environment`."""

import hashlib
import hmac
from datetime import timedelta
from pathlib import Path

from pollready.project.environment import read_environment

ENVIRONMENT = read_environment()
PACKAGE = Path(__file__).resolve().parent.parent

SECRET_KEY = ENVIRONMENT.secret_key
# Masked codes are keyed by the installation, apart from what signs sessions.
POLLREADY_MASK_KEY = hmac.digest(SECRET_KEY.encode(), b"masked codes", hashlib.sha256)
# What signs the seal of the audit log, which stands beside the register.
POLLREADY_SEAL_KEY = hmac.digest(SECRET_KEY.encode(), b"audit seal", hashlib.sha256)
# The seed of the key that signs packages for other installations.
POLLREADY_PACKAGE_SEED = hmac.digest(SECRET_KEY.encode(), b"package key", hashlib.sha256)
POLLREADY_SEAL: Path | None = ENVIRONMENT.seal
POLLREADY_DATA = ENVIRONMENT.data
POLLREADY_CEILING = ENVIRONMENT.ceiling
POLLREADY_TERRAIN = ENVIRONMENT.terrain
POLLREADY_THRESHOLDS = ENVIRONMENT.thresholds
POLLREADY_EXPORT_APPROVAL = ENVIRONMENT.export_approval
POLLREADY_EVIDENCE_MAX_MB = ENVIRONMENT.evidence_max_mb
POLLREADY_REMINDERS = ENVIRONMENT.reminders
POLLREADY_ADDRESS = ENVIRONMENT.address

DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)

INSTALLED_APPS = [
    "pollready",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "servestatic.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_filters",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "ninja",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "csp.middleware.CSPMiddleware",
    "pollready.console.middleware.privacy_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pollready.console.middleware.language",
    "pollready.console.bodies.refuse_large_bodies",
    "pollready.console.errors.forms_only",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pollready.console.sessions.signed_in_devices",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "pollready.project.urls"
ASGI_APPLICATION = "pollready.project.asgi.application"
AUTH_USER_MODEL = "pollready.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "console" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "builtins": ["pollready.console.tags", "pollready.console.correction_tags"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pollready.console.frame.frame",
            ],
        },
    }
]

DATABASES = {"default": dict(ENVIRONMENT.database)}

# What has to hold across processes, such as how often a code was tried, stands in the register;
# `here` is this process's own memory.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "pollready_shared_count",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
    "here": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

LANGUAGE_CODE = ENVIRONMENT.language
USE_I18N = False  # words come from pollready.language, whole sentences in both languages
USE_TZ = True
TIME_ZONE = ENVIRONMENT.time_zone

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "console" / "static"]
STATIC_ROOT = ENVIRONMENT.data / "static"
SERVESTATIC_USE_FINDERS = True
SERVESTATIC_AUTOREFRESH = DEBUG

# Notices wait in the session: a cookie would carry the register's words.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Work behind the pages waits in the register's own database; `pollready worker` does it.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "overview"

# Who comes in, and how; docs/guides/people.md. Passwords are checked by allauth behind axes.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
ACCOUNT_ADAPTER = "pollready.console.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True  # as long as SESSION_COOKIE_AGE, which the console also checks
ACCOUNT_FORMS = {
    "login": "pollready.console.sign_in_forms.SignInForm",
    "reauthenticate": "pollready.console.sign_in_forms.ConfirmPasswordForm",
}
# Of one address, of one user: codes of the second step. Passwords are counted by axes.
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "5/5m/key"}
MFA_ADAPTER = "pollready.console.adapters.SecondStepAdapter"
MFA_FORMS = {
    "authenticate": "pollready.console.sign_in_forms.CodeForm",
    "reauthenticate": "pollready.console.sign_in_forms.ConfirmCodeForm",
    "activate_totp": "pollready.console.sign_in_forms.ActivateAppForm",
    "add_webauthn": "pollready.console.sign_in_forms.AddPasskeyForm",
    "authenticate_webauthn": "pollready.console.sign_in_forms.PasskeyStepForm",
    "login_webauthn": "pollready.console.sign_in_forms.PasskeySignInForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "PollReady"
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute off
POLLREADY_SECOND_STEP = ENVIRONMENT.second_step

# One name from one address waits a quarter of an hour after five wrong passwords.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "pollready.console.locks.name_tried"
AXES_LOCKOUT_CALLABLE = "pollready.console.locks.locked_out"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "login", "csrfmiddlewaretoken"]
AXES_DISABLE_ACCESS_LOG = True  # signed-in devices and the audit log hold more
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

CSRF_FAILURE_VIEW = "pollready.console.errors.csrf_failure"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = ENVIRONMENT.https
CSRF_COOKIE_SECURE = ENVIRONMENT.https
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"discreet": {"()": "pollready.console.logs.DiscreetFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "discreet"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
