from django.http import HttpResponse


def project_risks(request, uid=None):
    return HttpResponse()


def risks(request, uid=None):
    return HttpResponse()


def risk(request, uid=None):
    return HttpResponse()


def answer(request, uid=None):
    return HttpResponse()


def close(request, uid=None):
    return HttpResponse()
